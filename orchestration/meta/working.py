"""Which runs are at work now: those whose world somebody holds."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg

# The application_name of the connection that holds a world, and does nothing else.
HOLDS_A_WORLD = "pqr lock"


@dataclass(frozen=True)
class WorkingRun:
    """A run that an attempt is working on."""

    run_id: UUID
    attempt: int
    date_min: date
    date_max: date


def runs_at_work(connection: psycopg.Connection) -> list[WorkingRun]:
    """The runs that have not ended, while some process holds a world; the oldest first.

    A run that was killed has not ended either, but nobody holds its world.
    """
    rows = connection.execute(
        """
        select run_id, attempt, date_min, date_max from meta.etl_runs
        where status = 'RUNNING' and exists (
            select from pg_stat_activity
            where application_name = %s and datname = current_database()
        )
        order by run_seq
        """,
        [HOLDS_A_WORLD],
    ).fetchall()
    return [WorkingRun(*row) for row in rows]
