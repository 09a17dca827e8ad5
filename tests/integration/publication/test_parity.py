"""Gold in Postgres is, cell by cell, the Parquet of the lake; and a difference is found."""

import psycopg
import pytest
from synthetic_lake import project_datasets

from orchestration.publication.batches import Batch
from orchestration.publication.parity import parity, parity_checks
from orchestration.settings import Settings
from tests.integration.publication.conftest import Served

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def batches(served: Served, writer: psycopg.Connection) -> list[Batch]:
    tables = {item.name: item.table for item in project_datasets(served.settings)}
    rows = writer.execute(
        "select batch_id, dataset, layer, object_key, rows from meta.batches"
    ).fetchall()
    return [Batch(row[0], row[1], tables[row[1]], row[2], row[3], row[4], True) for row in rows]


def test_every_landed_dataset_equals_its_objects(served: Served, batches: list[Batch]) -> None:
    found = parity(served.settings, batches, layers=("gold", "silver", "seed"))
    names = {item.dataset for item in found}
    assert names >= {"kpi_volume", "kpi_sla", "tickets", "messages", "dim_sla_policy"}
    assert all(item.rows > 0 for item in found)
    assert [item for item in found if item.only_in_lake or item.only_in_serving] == []


def test_one_changed_cell_is_found(
    served: Served, batches: list[Batch], writer: psycopg.Connection
) -> None:
    change = (
        "update serving.kpi_sla_daily set avg_overdue_days = avg_overdue_days + %s"
        " where day = '2025-09-03' and pqrs_type = 'Q'"
    )
    writer.execute(change, ["0.01"])
    try:
        found = {item.dataset: item for item in parity(served.settings, batches)}
    finally:
        writer.execute(change, ["-0.01"])
    assert (found["kpi_sla"].only_in_lake, found["kpi_sla"].only_in_serving) == (1, 1)
    checks = {check.dataset: check for check in parity_checks(list(found.values()))}
    assert checks["kpi_sla_daily"].result == "FAIL"
    assert checks["kpi_volume_daily"].result == "PASS"


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("kpi_sla_daily", "avg_overdue_days", "numeric(12,0)"),
        ("kpi_sla_daily", "avg_overdue_days", "integer"),
        ("status_events", "ts", "date"),
        ("dim_geo", "latitude", "numeric(5,1)"),
        ("dim_geo", "longitude", "integer"),
    ],
)
def test_a_table_that_cannot_hold_what_was_landed_differs(
    served: Served, lake_to_change: Settings, batches: list[Batch],
    table: str, column: str, kind: str,
) -> None:  # fmt: skip
    of_table = [batch for batch in batches if batch.table == table]
    assert not any(item.is_different for item in parity(lake_to_change, of_table))
    with psycopg.connect(lake_to_change.postgres.dsn, autocommit=True) as connection:
        rules = connection.execute(
            "select string_agg('drop constraint ' || conname, ', ') from pg_constraint"
            " where conrelid = %s::regclass and contype = 'c'",
            [f"serving.{table}"],
        ).fetchone()
        views = connection.execute(
            "select string_agg(schemaname || '.' || viewname, ', ') from pg_views"
            " where schemaname in ('silver', 'gold', 'core') and definition ~ %s",
            [rf"serving\.{table}\M"],
        ).fetchone()
        connection.execute(f"drop view {views[0]}")
        change = f"alter column {column} type {kind}"
        changes = ", ".join([*filter(None, rules), change])
        connection.execute(f"alter table serving.{table} {changes}")
    (found,) = parity(lake_to_change, of_table)
    assert found.only_in_lake == found.only_in_serving > 0
