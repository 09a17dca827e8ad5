"""The code behind a result: the files of ours that a module may load, and a hash over them."""

import ast
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_PACKAGES: Final = ("orchestration", "simulator")


@lru_cache(maxsize=8)
def code_sha256(entry: str, root: Path = _ROOT) -> str:
    """The sha256 over names and contents of `code_files`; line ends do not count.

    Args:
        entry: The module that makes the result, such as `orchestration.bronze.object`.
        root: The folder that holds our packages.
    """
    digest = hashlib.sha256()
    for path in code_files(entry, root):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(root).as_posix()
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def code_files(entry: str, root: Path = _ROOT) -> tuple[Path, ...]:
    """The files of our packages that importing `entry` may load, in the order of their names.

    Imports inside functions and those for type checking count as well; packages above a module are
    loaded with it. Modules found by a computed name are not seen: do not load code that way.

    Raises:
        ModuleNotFoundError: There is no module `entry`.
    """
    if _file(entry, root) is None:
        raise ModuleNotFoundError(f"no module {entry!r} under {root}", name=entry)
    found: dict[str, Path] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        path = _file(name, root)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += _imported(name, path)
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    return tuple(sorted(found.values(), key=lambda path: path.relative_to(root).as_posix()))


def _file(module: str, root: Path) -> Path | None:
    """The file of a module of ours; None for another's, and for a name that is not a module."""
    if module.partition(".")[0] not in _PACKAGES:
        return None
    path = root.joinpath(*module.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)


def _imported(module: str, path: Path) -> Iterator[str]:
    """The names that a module imports; some may be of a function or a class."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            above = ".".join(parts) if node.level else ""
            base = ".".join(filter(None, (above, node.module)))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
