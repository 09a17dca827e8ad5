"""DuckDB's extensions from their wheels, laid where DuckDB looks: LOAD needs no network."""

import importlib.util
import os
import secrets
from pathlib import Path

import duckdb

from orchestration.services.errors import StartFailed

EXTENSIONS = ("httpfs", "postgres_scanner")


def link_extensions(home: Path) -> Path:
    """Link the extension files below `home` and return the folder to give to DuckDB."""
    root = home / "duckdb_extensions"
    with duckdb.connect() as connection:
        row = connection.execute("pragma platform").fetchone()
    platform = "" if row is None else str(row[0])
    folder = root / f"v{duckdb.__version__}" / platform
    folder.mkdir(parents=True, exist_ok=True)
    for name in EXTENSIONS:
        found = importlib.util.find_spec(f"duckdb_extension_{name}")
        if found is None or found.origin is None:
            raise StartFailed(f"duckdb-extension-{name} is not installed: run `uv sync`")
        version = f"v{duckdb.__version__}"
        file = Path(found.origin).parent / "extensions" / version / f"{name}.duckdb_extension"
        link = folder / file.name
        if not link.is_symlink() or os.readlink(link) != str(file):
            fresh = folder / f".{name}-{secrets.token_hex(4)}"
            fresh.symlink_to(file)
            fresh.replace(link)
    return root
