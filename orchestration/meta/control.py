"""The state of runs in Postgres: claims, fencing and how an attempt ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import Locked, WorkFailed
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
    "finish_run",
    "record_checks",
    "record_task",
    "release_run",
]

RunStatus = Literal["PUBLISHED", "DEGRADED", "FAILED", "CANCELLED"]


class WorldLocked(Locked):
    """Another process works on the same world."""


class StaleClaim(WorkFailed):
    """A newer attempt took the run over: what this one would write no longer counts."""


@dataclass(frozen=True)
class RunFacts:
    """What is recorded beside a run without being part of its identity."""

    git_sha: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)


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
    world = run.world
    locked = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [str(world.world_id)]
    ).fetchone()
    if locked != (True,):
        raise WorldLocked(
            f"world {world.world_id} is being worked on by another process:"
            " wait for it, or see `pqr runs`"
        )
    with connection.transaction():
        connection.execute(
            """
            insert into meta.worlds
                (world_id, seed, config_hash, code_hash, first_day, kind, config)
            values (%s, %s, %s, %s, %s, %s, %s)
            on conflict (world_id) do nothing
            """,
            [
                world.world_id,
                world.seed,
                world.config_hash,
                world.code_hash,
                world.first_day,
                world.kind,
                Jsonb(dict(facts.config)),
            ],
        )
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
                world.world_id,
                world.seed,
                run.date_min,
                run.date_max,
                facts.git_sha,
                world.config_hash,
            ],
        ).fetchone()
    assert row is not None  # noqa: S101 -- an upsert with returning gives its row
    return Claim(run=run, attempt=row[0])


def release_run(connection: psycopg.Connection, run: Run) -> None:
    """Give the lock of a run's world back; closing the connection does the same."""
    connection.execute(
        "select pg_advisory_unlock(hashtextextended(%s, 0))", [str(run.world.world_id)]
    )


def assert_fencing(connection: psycopg.Connection, claim: Claim) -> None:
    """Check that the claim is the newest, and keep it so until the transaction ends.

    Call it first in the transaction that commits something: a newer attempt then waits for it.

    Raises:
        StaleClaim: A newer attempt exists, or this one was finished.
    """
    updated = connection.execute(
        """
        update meta.etl_runs set execution_context = execution_context
        where run_id = %s and attempt = %s and status = 'RUNNING'
        """,
        [claim.run.run_id, claim.attempt],
    )
    if updated.rowcount != 1:
        raise StaleClaim(
            f"attempt {claim.attempt} of run {claim.run.run_id} is no longer the running one:"
            " see `pqr runs`"
        )


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
