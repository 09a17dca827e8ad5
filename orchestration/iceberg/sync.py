"""Brings the Iceberg tables to the live publication: a snapshot of each, over the same files.

A snapshot names the Parquet parts of silver and gold that the publication's batches came from. No
data is copied: only metadata is written.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from orchestration.iceberg import open_catalog
from orchestration.iceberg.table import PUBLICATION, Target, sync_table
from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import published_objects, registered_publication
from orchestration.meta.connection import release_lock, take_lock
from orchestration.progress import reach
from orchestration.settings import Settings

_LOCK = "pqr tables"
_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class Synced:
    """What registering did: tables that changed, and files that are new to them."""

    publication_id: int
    tables: int = 0
    files: int = 0


def sync_tables(
    settings: Settings, connection: psycopg.Connection, names: Mapping[str, str]
) -> Synced:
    """Make every table show what is live; repeated, it changes nothing.

    A publication that has a snapshot is gone back to; any other gets one. All tables change in one
    transaction, so nobody sees those of two publications.

    Args:
        settings: Where the services are.
        connection: Autocommit, of the writer.
        names: The tables of datasets, such as kpi_sla: gold.kpi_sla_daily.

    Raises:
        TablesUnusable: PyIceberg refuses, with the reason; the tables stay as they were.
        StoreUnavailable, ObjectCorrupt: As reading and writing the bucket raises.
    """
    with locked(connection):
        live, registered = published_objects(connection), registered_publication(connection)
        if live is None or live.publication_id == registered:
            return Synced(registered or 0)
        known = published_objects(connection, registered) if registered is not None else None
        wanted = {names[name]: name for name in live.objects if name in names}
        files = 0
        with open_catalog(settings) as catalog:
            cache = ObjectCache(catalog.store, settings.object_cache)
            namespaces = sorted({name.partition(".")[0] for name in wanted})
            for namespace in namespaces:
                catalog.create_namespace_if_not_exists(namespace)
            for name, dataset in sorted(wanted.items()):
                of_known = known.objects.get(dataset) if known else None
                before = None if of_known is None else frozenset(ref.key for ref in of_known)
                refs = live.objects[dataset]
                target = Target(live.publication_id, live.properties, refs, before)
                files += sync_table(catalog, cache, name, target)
            for name in sorted(catalog.table_names() - set(wanted)):
                catalog.drop_table(name)
            for namespace in namespaces:
                properties = {PUBLICATION: str(live.publication_id)}
                catalog.update_namespace_properties(namespace, updates=properties)
            reach("tables.before_commit")
        reach("tables.after_commit")
        return Synced(live.publication_id, len(wanted), files)


@contextmanager
def locked(connection: psycopg.Connection) -> Iterator[None]:
    """Change the tables alone. Raises LockHeld when somebody else does for too long."""
    take_lock(connection, _LOCK, "the Iceberg tables", _WAIT_SECONDS)
    try:
        yield
    finally:
        if not connection.closed:
            release_lock(connection, _LOCK)
