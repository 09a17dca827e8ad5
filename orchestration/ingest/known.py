"""What meta knows of a world: its newest run, the run that holds a delivery, its first day."""

from datetime import date
from uuid import UUID

import psycopg

from orchestration.lake.committed import known_run
from orchestration.run import Run, World


def run_with(connection: psycopg.Connection, world: World, delivery_sha256: str) -> Run | None:
    """The newest run of the world, when this very delivery is in it."""
    row = connection.execute(
        """
        select from meta.deliveries where world_id = %s and delivery_sha256 = %s and exists (
            select from meta.manifest_index
            where manifest_index.run_id = deliveries.run_id and layer = 'silver'
        )
        """,
        [world.world_id, delivery_sha256],
    ).fetchone()
    return None if row is None else newest_run(connection, world.world_id)


def newest_run(connection: psycopg.Connection, world_id: UUID) -> Run | None:
    """The run whose silver was committed last: it knows every delivery before it."""
    row = connection.execute(
        "select run_id from meta.manifest_index where world_id = %s and layer = 'silver'"
        " order by effective_seq desc limit 1",
        [world_id],
    ).fetchone()
    return None if row is None else known_run(connection, row[0])[0]


def first_day(connection: psycopg.Connection, world: World, first: date) -> date:
    """The earliest day that any delivery of the world has."""
    row = connection.execute(
        "select least(first_day, %s) from meta.worlds where world_id = %s",
        [first, world.world_id],
    ).fetchone()
    return row[0] if row else first
