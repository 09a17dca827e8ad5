"""Batches: what a run has to land in Postgres, and the proof that it landed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from orchestration.errors import WorkFailed
from orchestration.meta.connection import readers_give_way, release_lock, take_lock
from orchestration.meta.control import assert_fencing
from orchestration.progress import reach
from orchestration.publication.datasets import Dataset, seed_object
from orchestration.run import Claim

_PARTITION_OF_A_SEED = "all"
_PUBLICATION_LOCK = "pqr publication"
_WAIT_SECONDS = 900.0


class NothingCommitted(WorkFailed):
    """A world without a committed object that could be published."""


class LandingIncomplete(WorkFailed):
    """A batch whose rows in serving are not those of its object."""


@dataclass(frozen=True)
class Batch:
    """One object of a dataset, as it stands or is to stand in `serving.<table>`."""

    batch_id: int
    dataset: str
    table: str
    layer: str
    object_key: str
    rows: int
    is_landed: bool


@contextmanager
def exclusive_publication(connection: psycopg.Connection) -> Iterator[None]:
    """Hold what worlds share while one of them publishes: landing, and what may be collected.

    Wrap everything from `prepare_batches` to `collect` in it. Another world waits here; readers
    give way.

    Raises:
        LockHeld: Another publication has taken too long, or somebody who is no reader holds what
            is published; names the session.
    """
    take_lock(connection, _PUBLICATION_LOCK, "the publication", _WAIT_SECONDS)
    try:
        with readers_give_way(connection, "the publication"):
            yield
    finally:
        if not connection.closed:
            release_lock(connection, _PUBLICATION_LOCK)


def prepare_batches(
    connection: psycopg.Connection, claim: Claim, datasets: Sequence[Dataset]
) -> tuple[Batch, ...]:
    """Give every object of the world that counts its batch, and forget what no longer counts.

    Repeated, it finds the same batches: an object is landed once, whichever run publishes it.

    Args:
        connection: Autocommit; the work is one transaction.
        claim: The running attempt that is going to publish.
        datasets: What is published (`published_datasets`).

    Returns:
        All batches of the publication to come, landed ones included, by dataset and key.

    Raises:
        StaleClaim: A newer attempt took over.
        NothingCommitted: The world has no committed silver or gold object.
    """
    world_id = claim.run.world.world_id
    tables = {dataset.name: dataset.table for dataset in datasets}
    published = (
        [item.name for item in datasets],
        [item.code for item in datasets],
        [item.is_last_partition_only for item in datasets],
    )
    with connection.transaction():
        assert_fencing(connection, claim)
        connection.execute(
            """
            create temporary table wanted_objects on commit drop as
            select world_id, layer, dataset, partition, run_id, key, sha256, rows, code
            from (
                select *, max(partition) over (partition by layer, dataset) as last_partition
                from meta.committed_objects
                where world_id = %s and layer in ('silver', 'gold')
            ) as objects
            join unnest(%s::text[], %s::text[], %s::boolean[])
                as published (dataset, code, is_last_partition_only) using (dataset)
            where not is_last_partition_only or partition = last_partition
            """,
            [world_id, *published],
        )
        connection.execute(
            """
            insert into meta.batches
                (world_id, layer, dataset, partition, run_id, object_key, object_sha256, rows,
                 served_code)
            select * from wanted_objects order by dataset, partition, key
            on conflict (dataset, object_key, served_code) do nothing
            """
        )
        committed = connection.execute(
            """
            select batches.batch_id from wanted_objects
            join meta.batches
                on batches.dataset = wanted_objects.dataset
                and batches.object_key = wanted_objects.key
                and batches.served_code = wanted_objects.code
            """
        ).fetchall()

        if not committed:
            raise NothingCommitted(
                f"world {world_id} has nothing committed in silver or gold: `pqr run` fills it"
            )
        wanted = [row[0] for row in committed]
        wanted += [_seed_batch(connection, claim, item) for item in datasets if item.seed]
        # An attempt that died may have left batches of a build that no longer counts.
        connection.execute(
            "delete from meta.batches"
            " where world_id = %s and landed_at is null and not batch_id = any(%s)",
            [world_id, wanted],
        )
        rows = connection.execute(
            "select batch_id, dataset, layer, object_key, rows, landed_at is not null"
            " from meta.batches where batch_id = any(%s) order by dataset, object_key",
            [wanted],
        ).fetchall()
    reach("publish.after_prepare")
    return tuple(
        Batch(batch_id, dataset, tables[dataset], layer, key, count, is_landed)
        for batch_id, dataset, layer, key, count, is_landed in rows
    )


def verify_landed(
    connection: psycopg.Connection,
    claim: Claim,
    batches: Sequence[Batch],
    judge: Callable[[], None] | None = None,
) -> int:
    """Count the rows of every batch that is not yet landed against its object, and mark it landed.

    Args:
        connection: Autocommit.
        claim: The running attempt.
        batches: All batches of the publication to come.
        judge: What must not raise before anything is marked, such as comparing cell by cell; a
            batch that it refuses is landed and judged again by the next try.

    Returns:
        The rows that were landed.

    Raises:
        StaleClaim: A newer attempt took over.
        LandingIncomplete: Some batch has too few or too many rows; names the first ones.
    """
    waiting = [batch for batch in batches if not batch.is_landed]
    wrong: list[str] = []
    for table in sorted({batch.table for batch in waiting}):
        of_table = [batch for batch in waiting if batch.table == table]
        found = _rows_by_batch(connection, table, [batch.batch_id for batch in of_table])
        wrong += [
            f"batch {batch.batch_id} ({batch.object_key}): {found.get(batch.batch_id, 0)} rows"
            f" in serving.{table}, {batch.rows} in the object"
            for batch in of_table
            if found.get(batch.batch_id, 0) != batch.rows
        ]
    if wrong:
        raise LandingIncomplete(
            f"{len(wrong)} of {len(waiting)} batches did not land whole: {'; '.join(wrong[:3])}"
        )
    for table in sorted({batch.table for batch in waiting if batch.rows}):
        _vacuum(connection, table, sum(batch.rows for batch in waiting if batch.table == table))
    if judge is not None:
        judge()
    with connection.transaction():
        assert_fencing(connection, claim)
        connection.execute(
            "update meta.batches set landed_at = clock_timestamp()"
            " where batch_id = any(%s) and landed_at is null",
            [[batch.batch_id for batch in waiting]],
        )
    reach("publish.after_verify")
    return sum(batch.rows for batch in waiting)


def _vacuum(connection: psycopg.Connection, table: str, landed: int) -> None:
    """Make new pages known to be visible, and count anew where much is new."""
    name = sql.Identifier("serving", table)
    query = "select %s > 0.05 * greatest(reltuples, 0) from pg_class where oid = %s::regclass"
    row = connection.execute(query, [landed, name.as_string(connection)]).fetchone()
    connection.execute(sql.SQL("vacuum (analyze {}) {}").format(bool(row and row[0]), name))


def _seed_batch(connection: psycopg.Connection, claim: Claim, dataset: Dataset) -> int:
    """The batch of a reference list; one for all worlds, as long as the list stays the same."""
    item = seed_object(dataset)
    row = connection.execute(
        """
        insert into meta.batches
            (world_id, layer, dataset, partition, run_id, object_key, object_sha256, rows,
             served_code)
        values (%s, 'seed', %s, %s, %s, %s, %s, %s, %s)
        on conflict (dataset, object_key, served_code) do update set
            -- Another world's attempt may have died before it landed the list: take it over.
            world_id = excluded.world_id, run_id = excluded.run_id, landed_at = batches.landed_at
        returning batch_id
        """,
        [
            claim.run.world.world_id,
            dataset.name,
            _PARTITION_OF_A_SEED,
            claim.run.run_id,
            item.key,
            item.sha256,
            item.rows,
            dataset.code,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 -- an upsert with returning gives its row
    return int(row[0])


def _rows_by_batch(
    connection: psycopg.Connection, table: str, batch_ids: list[int]
) -> dict[int, int]:
    try:
        rows = connection.execute(
            sql.SQL(
                "select batch_id, count(*) from serving.{} where batch_id = any(%s) group by 1"
            ).format(sql.Identifier(table)),
            [batch_ids],
        ).fetchall()
    except psycopg.errors.UndefinedTable:
        return {}
    return dict(rows)
