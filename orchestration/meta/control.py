"""Runs and worlds in Postgres: who holds a world, claims, fencing and how an attempt ended."""

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Literal

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import Locked, WorkFailed
from orchestration.meta.connection import holder, open_connection, release_lock, try_lock
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings

# Statuses of a run that people can see.
LiveStatus = Literal["PUBLISHED", "DEGRADED"]
# COMMITTED: every layer of the lake is there, and nobody asked to show the run.
RunStatus = LiveStatus | Literal["COMMITTED", "FAILED", "CANCELLED"]

_RETAKE_SECONDS = 30.0
# The server needs a moment to notice that the process of a session was killed.
_TAKE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class RunFacts:
    """What is recorded beside a run without being part of its identity.

    `origin` names the configuration file and the scenario, whatever they hold today.
    """

    git_sha: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    origin: str = ""


@dataclass(frozen=True)
class RunCounts:
    """What a run has committed; None leaves the recorded figure as it is."""

    raw_objects: int | None = None
    bronze_rows: int | None = None
    silver_rows: int | None = None
    gold_rows: int | None = None


class WorldLocked(Locked):
    """Another process works on the same world."""


class StaleClaim(WorkFailed):
    """A newer attempt took the run over: what this one would write no longer counts."""

    may_be_repeated = True


def connect(settings: Settings, *, context: str = "pqr") -> psycopg.Connection:
    """Open an autocommit connection as the writer. Raises DatabaseUnavailable."""
    return open_connection(settings.postgres.dsn, context=context)


def lock_world(connection: psycopg.Connection, world: World, facts: RunFacts) -> int:
    """Take the lock of `world` for this connection, and give the number of its new holder.

    Raises:
        WorldLocked: Another process holds the world.
    """
    key = str(world.world_id)
    deadline = time.monotonic() + _TAKE_SECONDS
    while not try_lock(connection, key):
        if time.monotonic() > deadline:
            raise WorldLocked(
                f"world {world.world_id} is being worked on by another process:"
                f" {holder(connection, key)}; wait for it, or see `pqr runs`"
            )
        time.sleep(_PAUSE_SECONDS)
    row = connection.execute(
        """
        insert into meta.worlds as known
            (world_id, seed, config_hash, code_hash, first_day, kind, config, origin, holder)
        values (%s, %s, %s, %s, %s, %s, %s, %s, 1)
        on conflict (world_id) do update set
            holder = known.holder + 1,
            -- A delivery may bring days before those that its world had.
            first_day = least(known.first_day, excluded.first_day),
            origin = coalesce(nullif(known.origin, ''), excluded.origin)
        returning holder
        """,
        [
            world.world_id,
            world.seed,
            world.config_hash,
            world.code_hash,
            world.first_day,
            world.kind,
            Jsonb(dict(facts.config)),
            facts.origin,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 -- an upsert with returning gives its row
    return int(row[0])


def retake_world(connection: psycopg.Connection, world: World, number: int) -> None:
    """Take the lock again on a new connection, after the one that held it was lost.

    The server may need a moment to notice that the old connection is gone.

    Raises:
        StaleClaim: Somebody else has held the world since, or holds it now.
    """
    deadline = time.monotonic() + _RETAKE_SECONDS
    while not try_lock(connection, str(world.world_id)):
        if _holder(connection, world) != number or time.monotonic() > deadline:
            raise _taken_over(world)
        time.sleep(_PAUSE_SECONDS)
    if _holder(connection, world) != number:
        unlock_world(connection, world)
        raise _taken_over(world)


def unlock_world(connection: psycopg.Connection, world: World) -> None:
    """Give the lock back; closing the connection does the same."""
    release_lock(connection, str(world.world_id))


def assert_fencing(connection: psycopg.Connection, claim: Claim) -> None:
    """Check that the claim is the newest, and keep it so until the transaction ends.

    Call it first in the transaction that commits something: a newer attempt, or whoever takes the
    world's lock next, then waits for it.

    Raises:
        StaleClaim: A newer attempt exists, this one was finished, or the world has a new holder.
    """
    updated = connection.execute(
        """
        with held as (
            select from meta.worlds
            where world_id = %(world)s and (%(holder)s::bigint is null or holder = %(holder)s)
            for share
        )

        update meta.etl_runs set execution_context = execution_context
        where run_id = %(run)s and attempt = %(attempt)s and status = 'RUNNING'
            and exists (select from held)
        """,
        {
            "world": claim.run.world.world_id,
            "holder": claim.holder,
            "run": claim.run.run_id,
            "attempt": claim.attempt,
        },
    )
    if updated.rowcount != 1:
        raise StaleClaim(
            f"attempt {claim.attempt} of run {claim.run.run_id} is no longer the running one:"
            " see `pqr runs`"
        )


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
    counts = counts or RunCounts()
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
            [status, error, *astuple(counts), claim.run.run_id],
        )


def _holder(connection: psycopg.Connection, world: World) -> int | None:
    row = connection.execute(
        "select holder from meta.worlds where world_id = %s", [world.world_id]
    ).fetchone()
    return int(row[0]) if row else None


def _taken_over(world: World) -> StaleClaim:
    return StaleClaim(
        f"the connection that held world {world.world_id} was lost, and another process has taken"
        " the world over: what is committed stays; see `pqr runs`"
    )
