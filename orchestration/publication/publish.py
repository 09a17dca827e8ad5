"""Publishing: one transaction that names the batches, moves the pointer and ends the run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import psycopg
from psycopg import sql

from orchestration.errors import WorkFailed
from orchestration.lake.committed import registered_publication
from orchestration.meta.control import RunCounts, assert_fencing, finish_run
from orchestration.progress import reach
from orchestration.publication.batches import Batch
from orchestration.publication.datasets import Dataset, table_names
from orchestration.run import Claim
from orchestration.settings import Settings

KEPT_PUBLICATIONS = 2

_LOCK_TIMEOUT = "set local lock_timeout = '30s'"


class HalfLanded(WorkFailed):
    """A publication that would name a batch whose rows were not verified."""

    may_be_repeated = True


@dataclass(frozen=True)
class Publication:
    """What people see: the batches of a world as a run left it."""

    publication_id: int
    run_id: UUID
    world_id: UUID
    first_day: date
    last_day: date
    is_new: bool


def publish(
    connection: psycopg.Connection,
    claim: Claim,
    batches: Sequence[Batch],
    *,
    status: Literal["PUBLISHED", "DEGRADED"],
    counts: RunCounts,
    record: Callable[[], object] = lambda: None,
) -> Publication:
    """Make `batches` what every view shows, and end the run, in one transaction.

    Readers see either all of what was live before or all of this. When exactly these batches
    are live already for this run, the publication stays as it is and only the run is ended.

    Args:
        connection: Autocommit.
        claim: The running attempt.
        batches: All batches of the world that count, verified (`verify_landed`).
        status: How the run ends: DEGRADED after a failed check of severity warning.
        counts: What the run committed, for meta.etl_runs.
        record: Writes the entry of the journal, as the last thing of the transaction: what people
            see is in the bucket, or they do not see it.

    Raises:
        StaleClaim: A newer attempt took over; nothing changed.
        HalfLanded: A batch is not landed; nothing changed.
    """
    batch_ids = [batch.batch_id for batch in batches]
    with connection.transaction():
        connection.execute(_LOCK_TIMEOUT)
        assert_fencing(connection, claim)
        _refuse_half_landed(connection, batch_ids)
        publication = _live_with(connection, claim, batch_ids, status)
        if publication is None:
            publication = _write(connection, claim, batch_ids, status)
            reach("publish.before_flip")
            _point_at(connection, publication.publication_id)
        reach("publish.after_flip")
        finish_run(connection, claim, status, counts=counts)
        record()
        reach("publish.before_commit")
    reach("publish.after_commit")
    connection.execute("select meta.analyze_publication()")
    return publication


def register_tables(
    settings: Settings, connection: psycopg.Connection, datasets: Sequence[Dataset]
) -> str:
    """Let the Iceberg tables show what is live, and say in a few words what that changed.

    What is published stays published: a failure is said, and the next run makes it good.
    """
    if registered_publication(connection) == _live_id(connection):
        return ""
    from orchestration.iceberg.sync import sync_tables

    try:
        synced = sync_tables(settings, connection, table_names(datasets))
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return f"Iceberg tables NOT registered, `pqr lake sync` or the next run does it: {reason}"
    return f"{synced.tables} Iceberg tables" if synced.tables else ""


def _live_id(connection: psycopg.Connection) -> int | None:
    row = connection.execute("select publication_id from meta.current_publication").fetchone()
    return row[0] if row else None


def collect(connection: psycopg.Connection, keep: int = KEPT_PUBLICATIONS) -> int:
    """Delete what no kept publication names: the live one, and what was shown before, stay.

    Call it inside `exclusive_publication`, or it takes what another world has just landed.

    Args:
        connection: Autocommit.
        keep: How many publications stay: the live, the one before it, the newest. At least 1.

    Returns:
        The batches that were deleted, with their rows.
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, got {keep}")
    with connection.transaction():
        connection.execute(_LOCK_TIMEOUT)
        # Holding the pointer keeps a switch from choosing a publication that is on its way out.
        connection.execute("select from meta.current_publication for update")
        connection.execute(
            """
            delete from meta.publications where publication_id not in (
                select publications.publication_id from meta.publications
                left join meta.current_publication on true
                order by
                    publications.publication_id = current_publication.publication_id desc,
                    publications.publication_id is not distinct from previous_id desc,
                    publications.publication_id desc
                limit %s
            )
            """,
            [keep],
        )
        reach("collect.between")
        deleted = connection.execute(
            """
            delete from meta.batches
            where not exists (
                select from meta.publication_batches
                where publication_batches.batch_id = batches.batch_id
            )
            """
        )
    reach("collect.after_commit")
    _empty_landing(connection)
    return deleted.rowcount


def _empty_landing(connection: psycopg.Connection) -> None:
    """Give back the space of rows that stand in serving now."""
    query = "select tablename from pg_tables where schemaname = 'landing'"
    names = [sql.Identifier("landing", table) for (table,) in connection.execute(query)]
    if names:
        connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(names)))


def _refuse_half_landed(connection: psycopg.Connection, batch_ids: list[int]) -> None:
    # Locked, so that nobody collects a batch between this look and the commit.
    landed = connection.execute(
        "select batch_id from meta.batches"
        " where batch_id = any(%s) and landed_at is not null for key share",
        [batch_ids],
    ).fetchall()
    missing = sorted(set(batch_ids) - {row[0] for row in landed})
    if missing or not batch_ids:
        raise HalfLanded(
            f"{len(missing)} of {len(batch_ids)} batches are not landed"
            f" (first: {missing[:3]}): nothing was published, run it again"
        )


def _live_with(
    connection: psycopg.Connection, claim: Claim, batch_ids: list[int], status: str
) -> Publication | None:
    """The live publication, when it is of this run, this status and exactly these batches."""
    row = connection.execute(
        """
        select publication_id, first_day, last_day
        from meta.current_publication
        join meta.publications using (publication_id)
        where run_id = %s and status = %s and (
            select array_agg(batch_id order by batch_id) from meta.publication_batches
            where publication_batches.publication_id = publications.publication_id
        ) = %s::integer[]
        """,
        [claim.run.run_id, status, sorted(batch_ids)],
    ).fetchone()
    if row is None:
        return None
    return Publication(row[0], claim.run.run_id, claim.run.world.world_id, row[1], row[2], False)


def _write(
    connection: psycopg.Connection, claim: Claim, batch_ids: list[int], status: str
) -> Publication:
    """Write the publication and the batches it names, without showing it to anybody yet."""
    run = claim.run
    # The world's last committed day: a run that fills an earlier gap shows the days after it too.
    row = connection.execute(
        """
        insert into meta.publications
            (world_id, run_id, attempt, status, first_day, last_day)
        select %s, %s, %s, %s, %s, greatest(%s, max(etl_runs.date_max))
        from meta.etl_runs
        where etl_runs.world_id = %s
            and exists (
                select from meta.committed_objects
                where committed_objects.run_id = etl_runs.run_id and layer = 'bronze'
            )
        returning publication_id, first_day, last_day
        """,
        [
            run.world.world_id,
            run.run_id,
            claim.attempt,
            status,
            run.world.first_day,
            run.date_max,
            run.world.world_id,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 -- an insert of an aggregate gives one row
    connection.execute(
        "insert into meta.publication_batches (publication_id, dataset, batch_id)"
        " select %s, dataset, batch_id from meta.batches where batch_id = any(%s)",
        [row[0], batch_ids],
    )
    return Publication(row[0], run.run_id, run.world.world_id, row[1], row[2], True)


def _point_at(connection: psycopg.Connection, publication_id: int) -> None:
    connection.execute(
        "insert into meta.current_publication (publication_id) values (%s)"
        " on conflict (only_row) do update set publication_id = excluded.publication_id,"
        " previous_id = current_publication.publication_id",
        [publication_id],
    )
