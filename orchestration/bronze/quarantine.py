"""The lines that could not enter bronze: how many and why, and each as it lies in its object."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from orchestration.errors import UsageError
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.duckdb import local_engine, quoted
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings

__all__ = ["ReasonCount", "quarantine_counts", "quarantined_lines"]


class NothingCommittedError(UsageError):
    """No bronze is committed for what was asked."""


@dataclass(frozen=True)
class ReasonCount:
    """Lines of a run that were set aside for one reason."""

    run_id: UUID
    reason: str
    lines: int


def quarantine_counts(
    connection: psycopg.Connection, run_id: UUID | None = None
) -> tuple[ReasonCount, ...]:
    """Quarantined lines by run and reason, from the newest bronze of each run."""
    rows = connection.execute(
        "select run_id, reason, lines_count from meta.quarantine_reasons"
        " where %s::uuid is null or run_id = %s order by 1, 3 desc, 2",
        [run_id, run_id],
    ).fetchall()
    return tuple(ReasonCount(*row) for row in rows)


def quarantined_lines(
    settings: Settings,
    connection: psycopg.Connection,
    run_id: UUID,
    *,
    reason: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Quarantine rows of a run, in the order of object and line.

    Raises:
        NothingCommittedError: The run has no committed bronze.
        ObjectMissing, ObjectCorrupt: The bucket does not have an object as it was committed.
        StoreUnavailable: S3 does not answer.
    """
    rows = connection.execute(
        """
        select key, dataset, partition, size, sha256, manifest_objects.rows
        from meta.manifest_objects
        join (
            select manifest_seq from meta.manifest_index where run_id = %s and layer = 'bronze'
            order by effective_seq desc limit 1
        ) as newest using (manifest_seq)
        where dataset = %s order by key
        """,
        [run_id, paths.QUARANTINE_DATASET],
    ).fetchall()
    if not rows:
        raise NothingCommittedError(f"run_id {run_id} has no committed bronze: see `pqr runs`")
    objects = [ref for ref in (ObjectRef(*row) for row in rows) if ref.rows]
    if not objects:
        return []
    files = ObjectCache(ObjectStore(settings.s3), settings.object_cache).verified(objects)
    with local_engine(settings) as engine:
        listed = ", ".join(map(quoted, files))
        chosen = f"where reason = {quoted(reason)}" if reason else ""
        table = engine.execute(
            f"select * from read_parquet([{listed}]) {chosen}"
            f" order by object_key, line_no limit {int(limit)}"
        ).to_arrow_table()
    found: list[dict[str, Any]] = table.to_pylist()
    return found
