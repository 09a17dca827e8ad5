"""A type that a served column cannot get is refused, and everything stays as people see it."""

import re
from pathlib import Path

import psycopg
import pytest
from old_types import Old, catalog, load, make_old, type_of

from orchestration.settings import Settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

REFUSED = [
    (
        Old("kpi_sla_daily", "within_sla_pct", "numeric(12,6)", "numeric(5,2)", "98.507463"),
        r"gold_kpi_sla\.yml: gold_kpi_sla: columns\.within_sla_pct\.data_type: "
        r"serving\.kpi_sla_daily has numeric\(12,6\) and cannot turn it into numeric\(5,2\): "
        r"48 of its values \(such as 98\.507463\) would lose something\. Earlier publications",
    ),
    (
        Old("kpi_volume_daily", "tickets_count", "numeric(38,0)", "bigint", "1e30::numeric"),
        r"into bigint: values \(such as 1000000000000000000000000000000\) do not fit",
    ),
    (
        Old("kpi_sla_daily", "overdue_count", "text", "bigint", "'five'"),
        r"has text and cannot turn it into bigint: values \(such as five\) do not fit",
    ),
    (Old("tickets", "sla_days", "text", "integer", "'015'"), r"\(such as 015\) would lose"),
    (
        Old("tickets", "created_day", "timestamp with time zone", "date", "created_at"),
        r"has timestamp with time zone and cannot turn it into date: \d+ of its values \(such as",
    ),
    (Old("dim_geo", "geometry", "text", "jsonb", "'a place'"), r"\(such as a place\) do not fit"),
    (
        Old("tickets", "is_one_touch", "numeric", "boolean", "1"),
        r"has numeric and cannot turn it into boolean: PostgreSQL has no such cast",
    ),
]


@pytest.mark.parametrize(("old", "said"), REFUSED, ids=lambda item: getattr(item, "name", ""))
def test_a_change_that_loses_something_is_refused_before_anything_changes(
    lake_to_change: Settings, tmp_path: Path, old: Old, said: str
) -> None:
    widened = Old("kpi_backlog_daily", "backlog_count", "integer", "bigint")
    with psycopg.connect(lake_to_change.postgres.dsn, autocommit=True) as connection:
        make_old(connection, [old, widened])
        before = catalog(connection)
        (message,) = load(lake_to_change, tmp_path)
        assert re.search(said, message), message
        assert (type_of(connection, "serving", old), catalog(connection)) == (old.type, before)
        assert type_of(connection, "serving", widened) == "integer"


@pytest.mark.parametrize(
    ("obstacle", "said"),
    [
        (
            "create view public.mine as select day from gold.kpi_volume_daily",
            "into bigint: the project did not make public.mine, which would have to go. Drop it,",
        ),
        (
            "create policy mine on serving.kpi_volume_daily using (tickets_count > 0)",
            "serving.kpi_volume_daily cannot change tickets_count from integer to bigint: cannot"
            " alter type of a column used in a policy definition. Remove what stands in the way",
        ),
        (
            "alter table serving.pqrs_type_ids alter column type_id type varchar(9);"
            "alter table serving.kpi_volume_daily alter column pqrs_type type varchar(9)",
            "into text: it refers to serving.pqrs_type_ids, whose values are character varying(9).",
        ),
    ],
)
def test_what_stands_in_the_way_is_named(
    lake_to_change: Settings, tmp_path: Path, obstacle: str, said: str
) -> None:
    old = Old("kpi_volume_daily", "tickets_count", "integer", "bigint")
    with psycopg.connect(lake_to_change.postgres.admin_dsn, autocommit=True) as connection:
        if "alter column" in obstacle:
            connection.execute("drop view gold.kpi_volume_daily")
            connection.execute(obstacle)
        else:
            make_old(connection, [old])
            connection.execute("alter view gold.kpi_volume_daily owner to lake_writer")
            connection.execute(obstacle)
        before = catalog(connection)
        (message,) = load(lake_to_change, tmp_path, "kpi_volume_daily")
        assert said in " ".join(message.split())
        assert catalog(connection) == before


def test_rows_of_a_try_that_died_do_not_count(lake_to_change: Settings, tmp_path: Path) -> None:
    old = Old("kpi_sla_daily", "within_sla_pct", "numeric(12,6)", "numeric(5,2)", "98.507463")
    with psycopg.connect(lake_to_change.postgres.dsn, autocommit=True) as connection:
        make_old(connection, [old])
        connection.execute("update meta.batches set landed_at = null where dataset = 'kpi_sla'")
        assert load(lake_to_change, tmp_path, "kpi_sla_daily") == []
        assert type_of(connection, "gold", old) == "numeric(5,2)"
