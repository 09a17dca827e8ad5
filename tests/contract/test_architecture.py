"""The rooms and the one direction in which they import each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A room may import the rooms after it in its row, and any room may import the floor.
FLOOR = {"errors", "own_code", "progress", "settings", "wording"}
ALLOWED = {
    "cli": {
        "flows", "raw", "bronze", "ingest", "quality", "transform", "publication", "services",
        "verify", "metrics", "bi", "dashboard", "report",
        "enrichment", "risk", "cluster", "iceberg", "query", "story", "backup", "meta", "lake",
        "run", "search",
    },
    "flows": {
        "raw", "bronze", "enrichment", "ingest", "quality", "transform", "publication", "services",
        "verify", "lineage", "traces", "cluster", "workers", "meta", "lake", "run",
    },
    "raw": {"workers", "meta", "lake", "run"},
    "bronze": {"workers", "meta", "lake", "run"},
    "ingest": {"meta", "lake", "run"},
    "backup": {"publication", "transform", "meta", "lake", "run"},
    "verify": {"backup", "publication", "iceberg", "meta", "lake", "run"},
    "quality": {"meta", "lake", "run"},
    "transform": {"workers", "meta", "lake", "run"},
    "publication": {"iceberg", "meta", "lake", "run"},
    "iceberg": {"meta", "lake", "run"},
    "query": {"meta", "lake", "run"},
    "lineage": {"meta", "lake", "run"},
    "enrichment": {"ingest", "workers", "meta", "lake", "run"},
    "search": {"enrichment", "lake"},
    "risk": {"meta", "lake", "run"},
    "traces": {"transform", "workers", "meta", "lake", "run"},
    "story": {"meta", "lake", "run"},
    "metrics": {"meta", "lake", "run"},
    "bi": {"meta"},
    "dashboard": {"enrichment", "meta"},
    "report": {"publication", "meta"},
    "services": {"meta", "lake"},
    "cluster": {"workers"},
    "workers": set(),
    "meta": {"lake", "run"},
    "lake": {"meta", "run"},
    "run": set(),
    "own_code": set(),
    "settings": set(),
    "errors": set(),
    "progress": set(),
    "wording": set(),
}  # fmt: skip


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def room(path: Path) -> str:
    return path.relative_to(ROOT / "orchestration").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules("orchestration"), ids=lambda path: str(path.name))
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    for name in imported_names(path):
        parts = name.split(".")
        if parts[0] != "orchestration" or len(parts) < 2:
            continue
        other = parts[1]
        assert other == here or other in FLOOR | ALLOWED[here], f"{path}: {here} imports {name}"


def test_the_simulator_imports_nothing_of_the_orchestration() -> None:
    for path in modules("simulator"):
        for name in imported_names(path):
            assert name.split(".")[0] != "orchestration", f"{path} imports {name}"


def test_only_settings_reads_the_environment() -> None:
    for path in [*modules("orchestration"), *modules("simulator")]:
        if path.parent == ROOT / "orchestration" / "settings":
            continue
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text, path
        assert "getenv" not in text, path


def test_only_the_lake_builds_keys() -> None:
    for path in modules("orchestration"):
        if room(path) == "lake":
            continue
        text = path.read_text(encoding="utf-8")
        for piece in ('f"raw/', 'f"bronze/', 'f"silver/', 'f"gold/', 'f"manifests/'):
            assert piece not in text, f"{path} builds a key with {piece}"
