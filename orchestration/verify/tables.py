"""The Iceberg tables against the live publication, and what of their metadata nobody needs."""

import time
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot
from sqlalchemy.exc import SQLAlchemyError

from orchestration.errors import PqrError
from orchestration.iceberg import LakeCatalog, open_catalog
from orchestration.iceberg.sync import Published, locked, published_objects
from orchestration.iceberg.table import DATASET, PUBLICATION, data_files
from orchestration.lake import paths
from orchestration.lake.committed import registered_publication
from orchestration.lake.store import ObjectFacts, ObjectMissing
from orchestration.settings import Settings
from orchestration.verify.findings import Finding


def verify_tables(settings: Settings, connection: psycopg.Connection) -> list[Finding]:
    """Every table names the files of the live publication with rows, their sizes, and no others."""
    live, registered = published_objects(connection), registered_publication(connection)
    if live is None:
        return []
    if registered != live.publication_id:
        detail = f"they show publication {registered}, but {live.publication_id} is live"
        return [Finding("TABLES_BEHIND", "iceberg", f"{detail}: `pqr lake sync`")]
    found, shown = [], set()
    with open_catalog(settings) as catalog:
        for name in sorted(catalog.table_names()):
            thing = f"iceberg table {name}"
            try:
                table = catalog.load_table(name)
                shown.add(table.properties.get(DATASET))
                found += _differences(catalog, name, table, live)
            except ObjectMissing as error:
                found.append(Finding("OBJECT_MISSING", thing, str(error)))
            except (PqrError, SQLAlchemyError):
                raise
            # Whatever PyIceberg's parsers of JSON and Avro stumble over in bytes that were changed.
            except Exception as error:
                reason = (str(error).strip() or type(error).__name__).splitlines()[0]
                detail = f"its metadata cannot be read: {reason}"
                found.append(Finding("TABLES_MISMATCH", thing, detail))
    missing = sorted(set(live.objects) - shown)
    return found + [
        Finding("TABLES_MISMATCH", dataset, "published, but without an Iceberg table")
        for dataset in missing
    ]


def _differences(catalog: LakeCatalog, name: str, table: Table, live: Published) -> list[Finding]:
    thing = f"iceberg table {name}"
    snapshot = table.current_snapshot()
    summary = snapshot.summary if snapshot else None
    if summary is None or summary.get(PUBLICATION) != str(live.publication_id):
        return [Finding("TABLES_MISMATCH", thing, "its snapshot belongs to another publication")]
    files = {
        (catalog.key_of(path), file.file_size_in_bytes, file.record_count)
        for path, file in data_files(table).items()
    }
    refs = live.objects.get(table.properties.get(DATASET, ""), [])
    named = {(ref.key, ref.size, ref.rows) for ref in refs if ref.rows}
    return [
        Finding("TABLES_MISMATCH", thing, f"{key} is in the snapshot or published, not both")
        for key, _, _ in sorted(files ^ named)
    ]


@dataclass(frozen=True)
class Expired:
    """Snapshots that are, or would be, taken out of their tables, and metadata files of nobody."""

    snapshots: int
    objects: tuple[ObjectFacts, ...]


def expire_snapshots(
    settings: Settings,
    connection: psycopg.Connection,
    *,
    delete: bool,
    older_than: timedelta,
    superseded: bool = False,
) -> Expired:
    """Find snapshots of publications that are not kept any more, and with `delete` remove them.

    Only metadata is removed; what a data file is needed for is the manifests' business.

    Args:
        settings: Where the services are.
        connection: Autocommit, of the writer.
        delete: Remove; without it only list.
        older_than: Younger snapshots and files stay: somebody may be reading them.
        superseded: Also younger snapshots: files that they name are about to go.
    """
    limit = time.time() - older_than.total_seconds()
    rows = connection.execute("select publication_id::text from meta.publications").fetchall()
    kept = {publication for (publication,) in rows}
    count, needed = 0, set[str]()
    with locked(connection):
        with open_catalog(settings) as catalog:
            store = catalog.store
            for name in sorted(catalog.table_names()):
                table = catalog.load_table(name)
                old = [
                    snapshot
                    for snapshot in table.snapshots()
                    if snapshot.snapshot_id != table.metadata.current_snapshot_id
                    and _publication(snapshot) not in kept
                    and (superseded or snapshot.timestamp_ms / 1000 < limit)
                ]
                count += len(old)
                if old and delete:
                    ids = [snapshot.snapshot_id for snapshot in old]
                    table.maintenance.expire_snapshots().by_ids(ids).commit()
                needed |= _metadata(catalog, table, old)
        found = tuple(
            facts
            for facts in store.list(paths.tables_prefix())
            if facts.key not in needed and facts.modified < limit
        )
        for facts in found if delete else ():
            store.delete(facts.key)
    return Expired(count, found)


def _publication(snapshot: Snapshot) -> str | None:
    return snapshot.summary.get(PUBLICATION) if snapshot.summary else None


def _metadata(catalog: LakeCatalog, table: Table, expired: list[Snapshot]) -> set[str]:
    """Keys of the metadata that a table needs without its expired snapshots."""
    locations = {table.metadata_location}
    for snapshot in table.snapshots():
        if snapshot not in expired:
            locations.add(snapshot.manifest_list)
            locations |= {manifest.manifest_path for manifest in snapshot.manifests(table.io)}
    return {catalog.key_of(location) for location in locations}
