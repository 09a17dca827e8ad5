"""dbt as the flow calls it, with the choice to leave its own tests out."""

import os

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.settings import Settings

NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def dbt_build(settings: Settings, layer: str, facts: dict[str, str], *, with_tests: bool) -> None:
    """Build a layer in an empty DuckDB file; every node must succeed."""
    # Always the same path: dbt parses everything again when the profile changes.
    target = settings.home / "dbt" / layer
    database = target / "lake.duckdb"
    target.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    environment = {
        **settings.exports(),
        **facts,
        "PQR_LAYER": layer,
        "PQR_DUCKDB_PATH": str(database),
    }
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        outcome = dbtRunner().invoke(
            [
                *("--quiet", "--log-level-file", "none", "build", "--selector", layer),
                *("--project-dir", str(settings.project_root)),
                *("--profiles-dir", str(settings.project_root)),
                *("--target-path", str(target)),
                *(() if with_tests else NO_TESTS),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
        os.environ.clear()
        os.environ.update(before)
    results = getattr(outcome.result, "results", [])
    failed = [f"{item.node.unique_id}: {item.message}" for item in results if item.status in FAILED]
    assert outcome.success, "\n".join([str(outcome.exception), *failed])


FAILED = ("error", "fail", "runtime error")
