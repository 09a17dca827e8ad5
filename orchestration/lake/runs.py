"""Runs that Postgres knows, as identities."""

from uuid import UUID

import psycopg

from orchestration.errors import UsageError
from orchestration.run import Run, World


class UnknownRunError(UsageError):
    """A run_id that is no UUID, or that no run has."""


def parse_run_id(text: str) -> UUID:
    """Read a run_id. Raises UnknownRunError when it is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        raise UnknownRunError(f"run_id {text} is no UUID: see `pqr runs`") from None


def known_run(connection: psycopg.Connection, run_id: UUID) -> tuple[Run, str]:
    """A run by its id, and its status. Raises UnknownRunError."""
    row = connection.execute(
        """
        select world_id, worlds.seed, worlds.config_hash, code_hash, first_day, kind,
            date_min, date_max, status
        from meta.etl_runs join meta.worlds using (world_id) where run_id = %s
        """,
        [run_id],
    ).fetchone()
    if row is None:
        raise UnknownRunError(f"run_id {run_id} is unknown: see `pqr runs`")
    world = World(row[0], row[1], row[2], row[3], row[4], row[5])
    return Run(run_id, world, row[6], row[7]), row[8]


def run_status(connection: psycopg.Connection, run_id: UUID) -> str | None:
    """The status of a run; None when nobody has tried it yet."""
    row = connection.execute(
        "select status from meta.etl_runs where run_id = %s", [run_id]
    ).fetchone()
    return str(row[0]) if row else None
