"""Claims, fencing and what an attempt writes down."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest

from orchestration.meta.control import (
    RunCounts,
    RunFacts,
    StaleClaim,
    WorldLocked,
    assert_fencing,
    claim_run,
    finish_run,
    unlock_world,
)
from orchestration.meta.records import Check, TaskRecord, record_checks, record_task
from orchestration.run import Run, World
from orchestration.settings.endpoints import PostgresSettings

DAY = date(2025, 9, 1)
RUN = Run.of(World.ingested("control", DAY), DAY, DAY)


@pytest.fixture
def connection(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as own:
        yield own


def test_each_claim_is_a_new_attempt(connection: psycopg.Connection) -> None:
    assert claim_run(connection, RUN, RunFacts()).attempt == 1
    assert claim_run(connection, RUN, RunFacts()).attempt == 2


def test_a_world_is_worked_on_once_at_a_time(
    connection: psycopg.Connection, database: PostgresSettings
) -> None:
    claim_run(connection, RUN, RunFacts())
    with psycopg.connect(database.dsn, autocommit=True) as other:
        with pytest.raises(WorldLocked, match=str(RUN.world.world_id)):
            claim_run(other, RUN, RunFacts())
        unlock_world(connection, RUN.world)
        assert claim_run(other, RUN, RunFacts()).attempt == 2


def test_an_overtaken_attempt_ends_nothing(connection: psycopg.Connection) -> None:
    overtaken = claim_run(connection, RUN, RunFacts())
    newer = claim_run(connection, RUN, RunFacts())
    with pytest.raises(StaleClaim):
        finish_run(connection, overtaken, "PUBLISHED")
    finish_run(connection, newer, "FAILED", error="no", counts=RunCounts(bronze_rows=3))
    row = connection.execute("select status, error, bronze_rows from meta.etl_runs").fetchone()
    assert row == ("FAILED", "no", 3)
    with pytest.raises(StaleClaim):
        assert_fencing(connection, newer)


def test_counts_that_are_not_given_stay(connection: psycopg.Connection) -> None:
    claim = claim_run(connection, RUN, RunFacts())
    finish_run(connection, claim, "FAILED", counts=RunCounts(raw_objects=5))
    claim = claim_run(connection, RUN, RunFacts())
    finish_run(connection, claim, "PUBLISHED", counts=RunCounts(gold_rows=7))
    row = connection.execute("select raw_objects_count, gold_rows from meta.etl_runs").fetchone()
    assert row == (5, 7)


def test_a_task_is_written_when_it_starts_and_when_it_ends(connection: psycopg.Connection) -> None:
    claim = claim_run(connection, RUN, RunFacts())
    started = datetime.now(UTC)
    task = record_task(connection, claim, TaskRecord("bronze", "RUNNING", started, layer="bronze"))
    ended = TaskRecord("bronze", "SUCCEEDED", started, datetime.now(UTC), "bronze", 9, 8)
    assert record_task(connection, claim, ended, task_run_id=task) == task
    rows = connection.execute("select status, rows_in, rows_out from meta.task_runs").fetchall()
    assert rows == [("SUCCEEDED", 9, 8)]


def test_checks_keep_their_measured_values_and_the_view_shows_the_latest(
    connection: psycopg.Connection,
) -> None:
    for value in (3, 0):
        claim = claim_run(connection, RUN, RunFacts())
        check = Check("tickets", "orphans", "WARN", "silver", "warning", "pqr", value, 0)
        record_checks(connection, claim, [check])
    rows = connection.execute(
        "select value, threshold, is_latest_attempt from meta.quality_checks order by checked_at"
    ).fetchall()
    assert [(int(value), int(limit), latest) for value, limit, latest in rows] == [
        (3, 0, False),
        (0, 0, True),
    ]


def test_rows_say_who_wrote_them_and_when(connection: psycopg.Connection) -> None:
    connection.execute("set application_name = 'a test'")
    claim = claim_run(connection, RUN, RunFacts())
    finish_run(connection, claim, "CANCELLED")
    row = connection.execute(
        "select executed_by, executor_role, execution_context, updated_at > created_at"
        " from meta.etl_runs"
    ).fetchone()
    assert row == ("lake_writer", "lake_writer", "a test", True)
