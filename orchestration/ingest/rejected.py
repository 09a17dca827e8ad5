"""The rows of a delivery that did not become a case, as its run keeps them."""

import json
from typing import Any
from uuid import UUID

import psycopg

from orchestration.lake import paths
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings


def rejected_rows(
    settings: Settings,
    connection: psycopg.Connection,
    run_id: UUID,
    *,
    reason: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Rows in quarantine in the order of file and line; none for a run without a table.

    Raises:
        ObjectMissing, ObjectCorrupt: The object is not what the manifest says.
    """
    found = connection.execute(
        """
        select key, size, sha256 from meta.manifest_objects
        join meta.manifest_index using (manifest_seq)
        where run_id = %s and layer = 'raw' and dataset = %s
        """,
        [run_id, paths.REJECTED_DATASET],
    ).fetchall()
    store = ObjectStore(settings.s3)
    rows = [json.loads(line) for ref in found for line in store.get_checked(*ref).splitlines()]
    return [row for row in rows if reason in (None, row["reason"])][:limit]
