"""A served column gets the type that is declared, with the rows that are kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from conftest import Served, copy_of
from old_types import Old, catalog, load, make_old, type_of
from synthetic_lake import project_datasets

from orchestration.publication.batches import Batch
from orchestration.publication.parity import parity
from orchestration.settings import Settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CHANGES = [
    Old("kpi_volume_daily", "tickets_count", "integer", "bigint"),
    Old("kpi_sla_daily", "within_sla_pct", "numeric(12,6)", "numeric(5,2)"),
    Old("kpi_sla_daily", "overdue_count", "text", "bigint"),
    Old("kpi_sla_daily", "closings_count_avg_7d", "double precision", "numeric(12,2)"),
    # PostgreSQL has no cast between these; nothing but null is the same in both.
    Old("kpi_sla_daily", "overdue_count_avg_7d", "boolean", "numeric(12,2)", "null"),
    Old("kpi_backlog_daily", "region", "character varying(40)", "text"),
    Old("tickets", "sla_days", "text", "integer"),
    Old("tickets", "municipio", "bigint", "text", "sla_days"),
    Old("tickets", "external_id", "character varying(60)", "text"),
    Old("tickets", "closed_at", "text", "timestamp with time zone"),
    Old("tickets", "created_day", "text", "date"),
    Old("tickets", "is_one_touch", "text", "boolean"),
    Old("tickets", "priority", "character varying(10)", "text"),
    Old("messages", "text", "character varying(4000)", "text"),
    Old("messages", "ticket_id", "text", "uuid"),
    Old("dim_geo", "geometry", "text", "jsonb"),
]


@dataclass(frozen=True)
class Changed:
    """A lake whose columns had their old types, and what was there before and then."""

    settings: Settings
    values: dict[str, str]
    catalog: list[tuple[str, ...]]
    rules: dict[str, str]


def values(connection: psycopg.Connection) -> dict[str, str]:
    """What each column holds, written as its declared type writes it."""
    connection.execute("set timezone = 'UTC'")
    found = {}
    for old in CHANGES:
        value = f"{old.column}::text::{old.declared}::text"
        (found[old.name],) = connection.execute(
            f"select md5(string_agg({value}, ' ' order by {value})) from serving.{old.table}"
        ).fetchone()
    return found


@pytest.fixture(scope="module")
def changed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changed]:
    with copy_of(served) as own:
        settings = replace(own, s3=served.settings.s3)
        with psycopg.connect(settings.postgres.dsn, autocommit=True) as connection:
            declared = catalog(connection)
            make_old(connection, CHANGES)
            before = values(connection)
            rules = {row[0]: row[3] for row in catalog(connection) if row[1] == "c"}
        assert load(settings, tmp_path_factory.mktemp("changed")) == []
        yield Changed(settings, before, declared, rules)


@pytest.mark.parametrize("old", CHANGES, ids=lambda old: f"{old.name} of {old.type}")
def test_a_column_gets_its_declared_type_and_keeps_its_values(changed: Changed, old: Old) -> None:
    with psycopg.connect(changed.settings.postgres.dsn) as connection:
        assert type_of(connection, "serving", old) == old.declared
        assert values(connection)[old.name] == changed.values[old.name]


def test_views_grants_rules_and_indexes_are_as_declared_again(changed: Changed) -> None:
    with psycopg.connect(changed.settings.postgres.dsn) as connection:
        found = catalog(connection)
    others = {row for row in found if row[1] != "c"}
    assert others ^ {row for row in changed.catalog if row[1] != "c"} == set()
    # A rule that held for every row still does; one that is new holds for the rows that land now.
    rules = {row[0]: row[3] for row in found if row[1] == "c"}
    assert rules.keys() == {row[0] for row in changed.catalog if row[1] == "c"}
    assert changed.rules.items() <= rules.items()


def test_what_is_served_equals_the_lake(changed: Changed) -> None:
    datasets = {item.name: item.table for item in project_datasets(changed.settings)}
    with psycopg.connect(changed.settings.postgres.dsn) as connection:
        rows = connection.execute(
            "select batch_id, dataset, layer, object_key, rows from meta.batches"
        ).fetchall()
    batches = [Batch(row[0], row[1], datasets[row[1]], *row[2:], True) for row in rows]
    different = {item.dataset for item in parity(changed.settings, batches) if item.is_different}
    # Where the test put other values into a column.
    assert different == {"tickets"}
