"""A day loads rows into tables that are as declared; what somebody changed is declared again."""

from datetime import date, timedelta

import psycopg
import pytest

from tests.integration.run.lake import Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

_FIRST = date(2025, 9, 1)
# The transaction that wrote each comment: another one after everything was declared again.
_COMMENTS = """
    select description, pg_description.xmin::text from pg_description
    inner join pg_class on objoid = pg_class.oid
    where relname like 'kpi_%' order by 1, 2
"""
_CHANGES = (
    "drop view gold.kpi_volume_daily cascade",
    "revoke select on gold.kpi_sla_daily from bi_reader",
    "drop index serving.kpi_backlog_daily_day",
    "alter table serving.kpi_outcome_daily drop constraint kpi_outcome_daily_pk",
)


@pytest.fixture(scope="module")
def lake(new_lake: LakeFactory) -> Lake:
    made = new_lake()
    run = made.pqr("run", "--days", "1", "--start", _FIRST.isoformat())
    assert run.returncode == 0, run.stderr
    return made


def publish_next_day(lake: Lake, after: int) -> None:
    day = (_FIRST + timedelta(days=after)).isoformat()
    done = lake.pqr("daily", "--day", day)
    assert done.returncode == 0, done.stderr
    assert lake.query("select max(day)::text from gold.kpi_volume_daily") == [(day,)]


def test_a_day_loads_rows_and_declares_nothing_again(lake: Lake) -> None:
    before = lake.query(_COMMENTS)
    publish_next_day(lake, 1)
    assert lake.query(_COMMENTS) == before
    counts = lake.query(
        "select count(distinct day), (select count(*) from silver.tickets), sum(tickets_count)"
        " from gold.kpi_volume_daily"
    )
    days, tickets, counted = counts[0]
    assert (days, counted) == (2, tickets)
    assert lake.pqr("verify").returncode == 0


def test_what_somebody_changed_in_serving_is_as_declared_after_the_next_day(lake: Lake) -> None:
    with psycopg.connect(lake.settings.postgres.admin_dsn, autocommit=True) as connection:
        for change in _CHANGES:
            connection.execute(change)
    publish_next_day(lake, 2)
    with psycopg.connect(lake.settings.postgres.reader_dsn) as reader:
        for view in ("kpi_volume_daily", "kpi_sla_daily", "kpi_outcome_daily"):
            found = reader.execute(f"select count(distinct day) from gold.{view}").fetchone()
            assert found == (3,)
    present = lake.query(
        "select to_regclass('serving.kpi_backlog_daily_day') is not null,"
        " exists (select from pg_constraint where conname = 'kpi_outcome_daily_pk')"
    )
    assert present == [(True, True)]


def test_a_run_of_earlier_days_closes_with_the_figures_of_the_last_published_day(
    lake: Lake,
) -> None:
    again = lake.pqr("run", "--days", "1", "--start", _FIRST.isoformat())
    assert again.returncode == 0, again.stderr
    last_day = _FIRST + timedelta(days=2)
    assert lake.query("select last_day from meta.live_publication") == [(last_day,)]
    backlog = lake.query(
        f"select sum(backlog_count)::int from gold.kpi_backlog_daily where day = '{last_day}'"
    )
    shown = " ".join(again.stdout.split())
    assert f"backlog {backlog[0][0]:,} open at the end of {last_day}" in shown
