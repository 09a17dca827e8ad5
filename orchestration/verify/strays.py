"""Objects in the bucket that no committed manifest names."""

from collections.abc import Iterator
from uuid import UUID

import psycopg

from orchestration.lake import paths
from orchestration.lake.store import ObjectFacts, ObjectStore


def named_keys(connection: psycopg.Connection, *, newest_builds_only: bool = False) -> set[str]:
    """Keys of every object, manifest and checksums file that is committed.

    Args:
        connection: Of the writer.
        newest_builds_only: Leave out what only builds name that a newer one has superseded.
    """
    chosen = (
        "select distinct on (run_id, layer) * from meta.manifest_index"
        " order by run_id, layer, effective_seq desc"
        if newest_builds_only
        else "select * from meta.manifest_index"
    )
    rows = connection.execute(
        f"""
        with chosen as ({chosen})
        select key from meta.manifest_objects join chosen using (manifest_seq)
        union select s3_manifest_path from meta.manifest_index
        -- What a publication that is kept was made of: people may go back to it.
        union select object_key from meta.batches where layer <> 'seed'
        union select s3_checksums_path from meta.manifest_index where s3_checksums_path is not null
        """
    ).fetchall()
    return {key for (key,) in rows}


def stray_objects(
    store: ObjectStore, named: set[str], run_id: UUID | None = None
) -> Iterator[ObjectFacts]:
    """Objects under the lake's prefixes that are not `named`, of one run or of all."""
    for prefix in paths.data_prefixes():
        for facts in store.list(prefix):
            owner = paths.run_of_key(facts.key)
            if facts.key not in named and (run_id is None or owner == run_id):
                yield facts
