"""The lock of a world: one process works on it at a time, and a number tells which."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import Locked, WorkFailed
from orchestration.meta.locks import holder, release_lock, try_lock
from orchestration.run import Claim, World

_RETAKE_SECONDS = 30.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class RunFacts:
    """What is recorded beside a run without being part of its identity.

    `origin` names the configuration file and the scenario, whatever they hold today.
    """

    git_sha: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    origin: str = ""


class WorldLocked(Locked):
    """Another process works on the same world."""


class StaleClaim(WorkFailed):
    """A newer attempt took the run over: what this one would write no longer counts."""


def lock_world(connection: psycopg.Connection, world: World, facts: RunFacts) -> int:
    """Take the lock of `world` for this connection, and give the number of its new holder.

    Raises:
        WorldLocked: Another process holds the world.
    """
    key = str(world.world_id)
    if not try_lock(connection, key):
        raise WorldLocked(
            f"world {world.world_id} is being worked on by another process:"
            f" {holder(connection, key)}; wait for it, or see `pqr runs`"
        )
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
