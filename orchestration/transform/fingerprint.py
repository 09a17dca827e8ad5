"""The build_id of a dbt layer: what dbt's manifest says the layer depends on, and nothing else.

Descriptions and tests stay out: they cannot change a byte of the layer.

The tests have an id of their own: by it a run knows whether a committed layer passed today's tests.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import Settings, exported
from orchestration.transform.code_tests import code_of_project, versions
from orchestration.transform.projects import Projects

# Layers by the dbt tag of their models.
_LAYERS = ("silver", "gold")
# The hooks that decide bytes: what is read, and how files are written.
_HOOKS = ("prepare_lake", "export_partitions")
_PROJECT = "pqr_lakehouse"
_VAR = re.compile(r"\bvar\(\s*['\"](\w+)['\"]")
# The first half of a build_id says all that it depends on, the second the code alone.
_HALF = 32


def build_id(
    settings: Settings, layer: str, inputs: Iterable[str], projects: Projects | None = None
) -> str:
    """Hash the code and the inputs of `layer`.

    dbt parses the project only when one of its files changed since the last call on this machine.

    Args:
        settings: The project and where the result is kept.
        layer: silver or gold.
        inputs: sha256 of the manifests the layer reads, in their order.
        projects: What this process has parsed.

    Returns:
        64 hexadecimal digits.

    Raises:
        DbtFailed: The project does not parse.
    """
    code = _code_of_layers(settings, projects)["layers"][layer]
    every = hashlib.sha256(code.encode())
    for manifest in inputs:
        every.update(f"input {manifest}\n".encode())
    return every.hexdigest()[:_HALF] + code[:_HALF]


def id_of_tests(settings: Settings, layer: str, projects: Projects | None = None) -> str:
    """Hash the code of dbt's tests of `layer`. Gives and raises as `build_id` does."""
    return _code_of_layers(settings, projects)["tests"][layer]


def same_code(one: str, other: str) -> bool:
    """Whether two builds of a layer were made by the same code, whatever they read."""
    return one[_HALF:] == other[_HALF:]


def _code_of_layers(settings: Settings, projects: Projects | None) -> dict[str, dict[str, str]]:
    """The code of every layer and of its tests, from the file of the last call if none changed."""
    files = code_of_project(settings.project_root)
    known = settings.home / "dbt" / "code_of_layers.json"
    try:
        kept = json.loads(known.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("files") != files or "tests" not in kept:
        # The environment decides names of schemas, as in a run.
        with exported({**settings.exports(), "PQR_LAYER": "silver"}):
            manifest = (projects or Projects()).read(settings, "lake")
        layers = {layer: _hash(settings.project_root, manifest, layer) for layer in _LAYERS}
        tests = {layer: _hash_tests(settings.project_root, manifest, layer) for layer in _LAYERS}
        kept = {"files": files, "layers": layers, "tests": tests}
        known.parent.mkdir(parents=True, exist_ok=True)
        written = known.with_name(f"{known.name}.{os.getpid()}")
        written.write_text(json.dumps(kept), encoding="utf-8")
        written.replace(known)
    return {name: kept[name] for name in ("layers", "tests")}


def _hash(root: Path, manifest: Any, layer: str) -> str:
    models = _models(manifest, layer)
    hooks = [
        node
        for node in manifest.nodes.values()
        if node.resource_type == "operation" and any(name in node.raw_code for name in _HOOKS)
    ]
    macros = _reached(manifest, [*models, *hooks])
    facts = {
        "models": {node.unique_id: _facts(node) for node in models},
        "hooks": sorted(hook.raw_code for hook in hooks),
        **_used(root, manifest, [*models, *hooks], macros),
    }
    return _digest(facts)


def _hash_tests(root: Path, manifest: Any, layer: str) -> str:
    """What `dbt build` tests of a layer: what is tagged so, and what reads nothing else."""
    models = {str(node.unique_id) for node in _models(manifest, layer)}
    nodes, tests = manifest.nodes, []
    for node in (node for _, node in sorted(nodes.items()) if node.resource_type == "test"):
        parents = [nodes[name] for name in node.depends_on.nodes if name in nodes]
        if layer in node.tags or all(layer in parent.tags for parent in parents):
            tests.append(node)
    facts = {
        "tests": {node.unique_id: _facts_of_test(node) for node in tests},
        "unit_tests": {
            name: unit.checksum
            for name, unit in manifest.unit_tests.items()
            if models.intersection(unit.depends_on.nodes)
        },
        # What a test reads of a model's declaration.
        "meta": {name: nodes[name].config.meta for name in models},
        **_used(root, manifest, tests, _reached(manifest, tests)),
    }
    return _digest(facts)


def _facts_of_test(node: Any) -> dict[str, object]:
    names = ("severity", "where", "limit", "fail_calc", "warn_if", "error_if")
    generic = getattr(node, "test_metadata", None)
    config = {name: getattr(node.config, name) for name in names}
    call = None if generic is None else (generic.name, generic.kwargs)
    return {"sql": node.raw_code, "config": config, "generic": call}


def _used(
    root: Path, manifest: Any, nodes: Sequence[Any], macros: Sequence[str]
) -> dict[str, object]:
    """The macros, seeds, vars and packages behind some nodes."""
    parents = {parent for node in nodes for parent in node.depends_on.nodes}
    seeds = [name for name in parents if name.startswith("seed.")]
    sql = [node.raw_code for node in nodes]
    sql += [manifest.macros[name].macro_sql for name in macros]
    return {
        "versions": versions(),
        "macros": {name: manifest.macros[name].macro_sql for name in macros},
        "seeds": {name: _sha256(root / manifest.nodes[name].original_file_path) for name in seeds},
        "vars": _values(root, {name for text in sql for name in _VAR.findall(text)}),
    }


def _digest(facts: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def _models(manifest: Any, layer: str) -> list[Any]:
    return [
        node
        for _, node in sorted(manifest.nodes.items())
        if node.resource_type == "model" and layer in node.tags
    ]


def _facts(node: Any) -> dict[str, object]:
    """What of a model decides bytes: its query, its types, how its files are cut and ordered."""
    meta = node.config.meta
    names = ("partition", "grain", "order", "touched", "serving")
    return {
        "sql": node.raw_code,
        "name": f"{node.schema}.{node.alias}",
        "materialized": node.config.materialized,
        "columns": [(column.name, column.data_type) for column in node.columns.values()],
        "meta": {name: meta[name] for name in names if name in meta},
    }


def _reached(manifest: Any, nodes: Iterable[Any]) -> list[str]:
    """The project's macros that these nodes call, directly or through others.

    A materialization is found by its name, as dbt finds it: no node says that it depends on it.
    """
    waiting = [name for node in nodes for name in node.depends_on.macros]
    used = {f"materialization_{node.config.materialized}_" for node in nodes}
    waiting += [
        unique_id
        for unique_id, macro in manifest.macros.items()
        if any(macro.name.startswith(prefix) for prefix in used)
    ]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        # dbt's own macros are named by its versions.
        if name not in reached and name.startswith(f"macro.{_PROJECT}."):
            reached.add(name)
            waiting += manifest.macros[name].depends_on.macros
    return sorted(reached)


def _values(root: Path, names: set[str]) -> dict[str, object]:
    project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    given = project.get("vars") or {}
    return {name: {**given, **given.get(_PROJECT, {})}.get(name) for name in sorted(names)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
