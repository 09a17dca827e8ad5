"""Going back: making an earlier publication the live one again, and why that may be impossible."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake.committed import UnknownRunError
from orchestration.meta.restoring import require_restored


class NotPublishable(WorkFailed):
    """A run that has no publication to switch to, with the reason."""


@dataclass(frozen=True)
class Live:
    """The publication that people see."""

    publication_id: int
    run_id: UUID
    last_day: date
    status: str
    published_at: datetime


def switch_back(
    connection: psycopg.Connection,
    run_id: UUID,
    record: Callable[[UUID], object] = lambda world_id: None,
) -> Live:
    """Make the newest kept publication of a run the live one.

    Nothing is built or copied: one pointer row changes, in one transaction. Repeated, it changes
    nothing.

    Args:
        connection: Of the writer, autocommit.
        run_id: Which run.
        record: Writes the entry of the journal for the world of the run, in the transaction.

    Raises:
        UnknownRunError: No such run.
        NotPublishable: The run failed, is running, committed nothing, never landed whole, or its
            publication was collected.
        RestoreUnfinished: The journal would get an entry of a part of the control plane.
    """
    require_restored(connection)
    with connection.transaction():
        connection.execute("set local lock_timeout = '30s'")
        # The pointer is what collection locks too: a kept publication stays until this commits.
        connection.execute("select from meta.current_publication for update")
        row = connection.execute(
            """
            select publication_id, run_id, last_day, status, published_at, world_id
            from meta.publications
            where run_id = %s order by publication_id desc limit 1
            """,
            [run_id],
        ).fetchone()
        if row is None:
            raise _refusal(connection, run_id)
        connection.execute(
            "update meta.current_publication set publication_id = %s, previous_id = publication_id"
            " where publication_id <> %s",
            [row[0], row[0]],
        )
        record(row[5])
    return Live(*row[:5])


def live_publication(connection: psycopg.Connection) -> Live | None:
    """The publication that people see; None before the first one."""
    row = connection.execute(
        """
        select publication_id, run_id, last_day, status, published_at
        from meta.current_publication join meta.publications using (publication_id)
        """
    ).fetchone()
    return Live(*row) if row else None


def earlier_publications(connection: psycopg.Connection) -> list[tuple[int, UUID, date]]:
    """The publications beside the live one: number, run and last day; none where none is live."""
    return connection.execute(
        """
        select publication_id, run_id, last_day from meta.publications
        where publication_id <> (select publication_id from meta.current_publication)
        order by publication_id
        """
    ).fetchall()


def _refusal(connection: psycopg.Connection, run_id: UUID) -> UnknownRunError | NotPublishable:
    """Why a run cannot be published, as the error to raise."""
    row = connection.execute(
        """
        select
            status, error,
            (select count(*) from meta.manifest_index where run_id = etl_runs.run_id
                and layer = 'gold'),
            (select count(*) from meta.batches where run_id = etl_runs.run_id
                and landed_at is null),
            exists (select from meta.manifest_index where run_id = etl_runs.run_id
                and layer = 'serving'),
            worlds.kind, worlds.seed, worlds.origin, date_min, date_max
        from meta.etl_runs join meta.worlds using (world_id) where run_id = %s
        """,
        [run_id],
    ).fetchone()
    if row is None:
        return UnknownRunError(f"run {run_id} is unknown: `pqr runs` lists the runs")
    status, error, gold_manifests, pending, was_served, *command = row
    if status == "FAILED":
        reason = f"it failed ({error or 'no reason recorded'}): `pqr run` tries it again"
    elif status == "RUNNING":
        reason = "it has not ended: wait for it, or run it again if its process died"
    elif not gold_manifests:
        reason = "it has no committed gold: `pqr run` completes it"
    elif pending:
        reason = f"{pending} of its batches have not landed: `pqr run` completes it"
    elif status in ("COMMITTED", "CANCELLED") and not was_served:
        reason = "it was never published: repeat its command, `pqr ingest` with --publish"
    else:
        reason = f"its publication is not kept any more: {_command(*command)} publishes it again"
    return NotPublishable(f"run {run_id} cannot be published: {reason}")


def _command(kind: str, seed: int, origin: str, first: date, last: date) -> str:
    """What makes a run again, in words."""
    if kind != "simulated":
        return "`pqr ingest` of one of its deliveries with --publish"
    of_config = f" (of {origin})" if origin else ""
    return f"`pqr run --start {first} --end {last} --seed {seed}`{of_config}"
