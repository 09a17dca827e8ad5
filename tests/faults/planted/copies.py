"""The copied tables that faults are planted into."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import yaml

from orchestration.quality import tables

_VARIABLES = ("lines", "quarantined", "bronze_rows", "silver_rows")


def as_tables(duck: duckdb.DuckDBPyConnection) -> None:
    """Put a table in the place of each view: a run checks bronze where it lies."""
    names = duck.execute("select view_name from duckdb_views() where not internal").fetchall()
    for (name,) in names:
        duck.execute(f"create table copied as from {name}")
        duck.execute(f"drop view {name}")
        duck.execute(f"alter table copied rename to {name}")


@contextmanager
def damaged(duck: duckdb.DuckDBPyConnection, sql: str) -> Iterator[None]:
    """Run a statement for the block, and take back what it did."""
    kept = {
        name: duck.execute(f"select getvariable('{name}')").fetchall()[0][0] for name in _VARIABLES
    }
    duck.execute("begin")
    try:
        if sql:
            duck.execute(sql)
        yield
    finally:
        duck.execute("rollback")
        for name, value in kept.items():
            tables.set_variable(duck, name, value)


def seed_types(project_root: Path) -> dict[str, dict[str, str]]:
    """Types of the columns of each reference list."""
    found = {}
    for path in sorted((project_root / "seeds").glob("*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8")).get("seeds", ()):
            found[seed["name"]] = seed["config"]["column_types"]
    return found
