"""The end of the chain: what landed in PostgreSQL, cell by cell, against its objects."""

from collections.abc import Sequence, Set
from uuid import UUID

import psycopg
from psycopg import sql

from orchestration.publication.batches import Batch
from orchestration.publication.datasets import seed_file, seed_object_of
from orchestration.publication.parity import parity
from orchestration.settings import Settings
from orchestration.verify.findings import Finding
from orchestration.wording import counted


def verify_serving(
    settings: Settings,
    connection: psycopg.Connection,
    run_id: UUID | None,
    intact: Set[str],
) -> list[Finding]:
    """Compare every landed batch with the object it came from: its rows, then its cells.

    Args:
        settings: Where the services are.
        connection: Of the writer.
        run_id: Whose batches; all when None.
        intact: Keys of the objects that are as they were committed. Of any other the rows of its
            batch are only counted.
    """
    landed = connection.execute(
        """
        select batches.batch_id, batches.dataset, batches.layer, batches.object_key, batches.rows,
            batches.layer = 'seed' or exists (
                select from meta.manifest_objects
                where key = batches.object_key and sha256 = batches.object_sha256
            )
        from meta.batches
        where (
            landed_at is not null
            -- What a publication names is seen, whatever is noted of its landing.
            or batch_id in (select batch_id from meta.publication_batches)
        ) and (%s::uuid is null or run_id = %s)
        order by batch_id
        """,
        [run_id, run_id],
    ).fetchall()
    rows_by_batch = _rows_by_batch(connection)
    found, whole = [], []
    for batch_id, dataset, layer, key, rows, is_committed in landed:
        thing = f"serving batch {batch_id} of {dataset}"
        table, in_serving = rows_by_batch.get(batch_id, ("", 0))
        if in_serving != rows:
            detail = f"{counted(in_serving, 'row')}, {key} has {rows}"
            found.append(Finding("SERVING_MISMATCH", thing, detail))
        elif rows and (key in intact or layer == "seed"):
            whole.append(Batch(batch_id, dataset, table, layer, key, rows, True))
        if not is_committed:
            found.append(Finding("CHAIN_BROKEN", thing, f"{key} is not in any committed manifest"))
    return found + _changed_cells(settings, whole)


def _changed_cells(settings: Settings, batches: Sequence[Batch]) -> list[Finding]:
    """The batches with other cells; a reference list that was edited since cannot be compared."""
    comparable = [
        batch
        for batch in batches
        if batch.layer != "seed"
        or batch.object_key == seed_object_of(seed_file(settings.project_root, batch.dataset)).key
    ]
    found = []
    for item in parity(settings, comparable):
        if item.is_different:
            detail = (
                f"{counted(item.only_in_lake, 'row')} of its objects and"
                f" {counted(item.only_in_serving, 'row')} of PostgreSQL"
                " have no match on the other side"
            )
            found.append(Finding("SERVING_MISMATCH", f"serving.{item.table}", detail))
    return found


def _rows_by_batch(connection: psycopg.Connection) -> dict[int, tuple[str, int]]:
    """Table and rows of each batch; a batch has one table."""
    tables = connection.execute(
        """
        select table_name from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where table_schema = 'serving' and column_name = 'batch_id' and table_type = 'BASE TABLE'
        order by 1
        """
    ).fetchall()
    counted: dict[int, tuple[str, int]] = {}
    for (table,) in tables:
        query = sql.SQL("select batch_id, count(*) from serving.{} group by 1")
        for batch_id, rows in connection.execute(query.format(sql.Identifier(table))).fetchall():
            counted[batch_id] = (table, rows)
    return counted
