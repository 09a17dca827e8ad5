"""The end of the chain: what landed in Postgres against the objects it was landed from."""

from uuid import UUID

import psycopg
from psycopg import sql

from orchestration.verify.findings import Finding


def verify_serving(connection: psycopg.Connection, run_id: UUID | None) -> list[Finding]:
    """Rows of every landed batch, counted again, and the object each came from.

    Args:
        connection: Of the writer.
        run_id: Whose batches; all when None.
    """
    landed = connection.execute(
        """
        select batches.batch_id, batches.dataset, batches.object_key, batches.rows,
            batches.layer = 'seed' or exists (
                select from meta.manifest_objects
                where key = batches.object_key and sha256 = batches.object_sha256
            )
        from meta.batches
        where landed_at is not null and (%s::uuid is null or run_id = %s)
        order by batch_id
        """,
        [run_id, run_id],
    ).fetchall()
    counted = _rows_by_batch(connection)
    found = []
    for batch_id, dataset, key, rows, is_committed in landed:
        thing = f"serving batch {batch_id} of {dataset}"
        if counted.get(batch_id, 0) != rows:
            detail = f"{counted.get(batch_id, 0)} rows, {key} has {rows}"
            found.append(Finding("SERVING_MISMATCH", thing, detail))
        if not is_committed:
            found.append(Finding("CHAIN_BROKEN", thing, f"{key} is in no committed manifest"))
    return found


def _rows_by_batch(connection: psycopg.Connection) -> dict[int, int]:
    """Rows of each batch; a batch has one table."""
    tables = connection.execute(
        """
        select table_name from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where table_schema = 'serving' and column_name = 'batch_id' and table_type = 'BASE TABLE'
        order by 1
        """
    ).fetchall()
    counted: dict[int, int] = {}
    for (table,) in tables:
        query = sql.SQL("select batch_id, count(*) from serving.{} group by 1")
        for batch_id, rows in connection.execute(query.format(sql.Identifier(table))).fetchall():
            counted[batch_id] = counted.get(batch_id, 0) + rows
    return counted
