"""The state of runs in Postgres: claims, fencing and how an attempt ended."""

from dataclasses import dataclass
from typing import Literal

import psycopg

from orchestration.meta.connection import open_connection
from orchestration.meta.records import (
    Check,
    CheckResult,
    Severity,
    TaskRecord,
    TaskStatus,
    record_checks,
    record_task,
)
from orchestration.meta.world import (
    RunFacts,
    StaleClaim,
    WorldLocked,
    assert_fencing,
    lock_world,
    unlock_world,
)
from orchestration.run import Claim, Run
from orchestration.settings import Settings

__all__ = [
    "Check",
    "CheckResult",
    "RunCounts",
    "RunFacts",
    "RunStatus",
    "Severity",
    "StaleClaim",
    "TaskRecord",
    "TaskStatus",
    "WorldLocked",
    "assert_fencing",
    "claim_run",
    "connect",
    "count_attempt",
    "finish_run",
    "record_checks",
    "record_task",
    "release_run",
]

RunStatus = Literal["PUBLISHED", "DEGRADED", "FAILED", "CANCELLED"]


@dataclass(frozen=True)
class RunCounts:
    """What a run has committed; None leaves the recorded figure as it is."""

    raw_objects: int | None = None
    bronze_rows: int | None = None
    silver_rows: int | None = None
    gold_rows: int | None = None


def connect(settings: Settings, *, context: str = "pqr") -> psycopg.Connection:
    """Open an autocommit connection as the writer. Raises DatabaseUnavailable."""
    return open_connection(settings.postgres.dsn, context=context)


def claim_run(connection: psycopg.Connection, run: Run, facts: RunFacts) -> Claim:
    """Take a run: lock its world for this connection and count a new attempt.

    Hold `connection` open to the end of the attempt: the lock lives as long as it does.

    Raises:
        WorldLocked: Another process holds the world.
    """
    return count_attempt(connection, run, facts, lock_world(connection, run.world, facts))


def count_attempt(connection: psycopg.Connection, run: Run, facts: RunFacts, holder: int) -> Claim:
    """Count a new attempt of a run whose world is locked, on this connection or on another.

    Args:
        connection: Of the writer, autocommit.
        run: What is tried.
        facts: What is recorded beside it.
        holder: The number that `lock_world` gave.
    """
    row = connection.execute(
        """
        insert into meta.etl_runs as known
            (run_id, world_id, seed, status, date_min, date_max, git_sha, config_hash)
        values (%s, %s, %s, 'RUNNING', %s, %s, %s, %s)
        on conflict (run_id) do update set
            attempt = known.attempt + 1, status = 'RUNNING', error = null,
            started_at = clock_timestamp(), finished_at = null, git_sha = excluded.git_sha
        returning attempt
        """,
        [
            run.run_id,
            run.world.world_id,
            run.world.seed,
            run.date_min,
            run.date_max,
            facts.git_sha,
            run.world.config_hash,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 -- an upsert with returning gives its row
    return Claim(run=run, attempt=row[0], holder=holder)


def release_run(connection: psycopg.Connection, run: Run) -> None:
    """Give the lock of a run's world back; closing the connection does the same."""
    unlock_world(connection, run.world)


def finish_run(
    connection: psycopg.Connection,
    claim: Claim,
    status: RunStatus,
    *,
    counts: RunCounts | None = None,
    error: str | None = None,
) -> None:
    """Record how the attempt ended, with what the run has committed.

    Raises:
        StaleClaim: A newer attempt exists, or this one was finished.
    """
    counted = counts or RunCounts()
    with connection.transaction():
        assert_fencing(connection, claim)
        connection.execute(
            """
            update meta.etl_runs set
                status = %s, error = %s, finished_at = clock_timestamp(),
                raw_objects_count = coalesce(%s, raw_objects_count),
                bronze_rows = coalesce(%s, bronze_rows),
                silver_rows = coalesce(%s, silver_rows),
                gold_rows = coalesce(%s, gold_rows)
            where run_id = %s
            """,
            [
                status,
                error,
                counted.raw_objects,
                counted.bronze_rows,
                counted.silver_rows,
                counted.gold_rows,
                claim.run.run_id,
            ],
        )
