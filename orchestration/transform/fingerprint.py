"""The build_id of a dbt layer: what its files depend on, and nothing else."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

_SQL_ROOTS = {
    "silver": ("dbt_project/models/silver",),
    "gold": ("dbt_project/models/gold",),
}
_COMMON = ("macros", "seeds", "dbt_project.yml")
# Macros that only the serving models call: editing them rebuilds nothing of the lake.
_SERVING_MACROS = "macros/serving/"
_SUFFIXES = {".sql", ".csv"}
# The first half of a build_id says all that it depends on, the second the code alone.
_HALF = 32


def build_id(project_root: Path, layer: str, inputs: Iterable[str]) -> str:
    """Hash the code and the inputs of `layer`.

    Descriptions and tests (yml) stay out: they cannot change a byte of the layer.

    Args:
        project_root: The folder of dbt_project.yml.
        layer: silver or gold.
        inputs: sha256 of the manifests the layer reads, in their order.

    Returns:
        64 hexadecimal digits.
    """
    code = hashlib.sha256()
    code.update(f"duckdb {duckdb.__version__}\n".encode())
    for path in _files(project_root, (*_SQL_ROOTS[layer], *_COMMON)):
        name = path.relative_to(project_root).as_posix()
        if name.startswith(_SERVING_MACROS):
            continue
        code.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    every = code.copy()
    for manifest in inputs:
        every.update(f"input {manifest}\n".encode())
    return every.hexdigest()[:_HALF] + code.hexdigest()[:_HALF]


def same_code(one: str, other: str) -> bool:
    """Whether two builds of a layer were made by the same code, whatever they read."""
    return one[_HALF:] == other[_HALF:]


def _files(project_root: Path, roots: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for root in roots:
        path = project_root / root
        if path.is_file():
            found.append(path)
        else:
            found.extend(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
    return sorted(found)
