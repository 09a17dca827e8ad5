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
from orchestration.lake.committed import registered_publication
from orchestration.lake.manifest import ObjectRef
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


@dataclass(frozen=True)
class Published:
    """A publication and the objects of the lake that its batches came from, by dataset.

    `properties` is what the snapshots of the Iceberg tables say of it.
    """

    publication_id: int
    properties: dict[str, str]
    objects: dict[str, list[ObjectRef]]


def published_objects(
    connection: psycopg.Connection, publication_id: int | None = None
) -> Published | None:
    """The objects of a publication that is kept, or of the live one; None when there is none."""
    row = connection.execute(
        "select publication_id, run_id, world_id, status, last_day from meta.publications"
        " where publication_id = coalesce("
        "  %s::integer, (select publication_id from meta.current_publication))",
        [publication_id],
    ).fetchone()
    if row is None:
        return None
    names = ("pqr.publication-id", "pqr.run-id", "pqr.world-id", "pqr.quality", "pqr.last-day")
    found = Published(row[0], dict(zip(names, map(str, row), strict=True)), {})
    rows = connection.execute(
        """
        select distinct on (batches.dataset, key)
            key, batches.dataset, batches.partition, size, sha256, batches.rows
        from meta.publication_batches
        join meta.batches using (batch_id)
        join meta.manifest_objects on key = object_key and sha256 = object_sha256
        where publication_id = %s and layer in ('silver', 'gold')
        order by batches.dataset, key
        """,
        [found.publication_id],
    ).fetchall()
    for item in rows:
        found.objects.setdefault(item[1], []).append(ObjectRef(*item))
    return found


def sync_tables(
    settings: Settings,
    connection: psycopg.Connection,
    names: Mapping[str, str],
    *,
    anew: bool = False,
) -> Synced:
    """Make every table show what is live; repeated, it changes nothing.

    A publication that has a snapshot is gone back to; any other gets one. All tables change in one
    transaction, so nobody sees those of two publications.

    Args:
        settings: Where the services are.
        connection: Autocommit, of the writer.
        names: The tables of datasets, such as kpi_sla: gold.kpi_sla_daily.
        anew: Forget every table first, with its snapshots: what it was made of may be lost. The
            old metadata is left to `pqr gc`.

    Raises:
        TablesUnusable: PyIceberg refuses, with the reason; the tables stay as they were.
        StoreUnavailable, ObjectCorrupt: As reading and writing the bucket raises.
    """
    with locked(connection):
        live, registered = published_objects(connection), registered_publication(connection)
        if live is None or (live.publication_id == registered and not anew):
            return Synced(registered or 0)
        if anew:
            registered = None
        known = published_objects(connection, registered) if registered is not None else None
        wanted = {names[name]: name for name in live.objects if name in names}
        files = 0
        with open_catalog(settings) as catalog:
            cache = ObjectCache(catalog.store, settings.object_cache)
            for name in sorted(catalog.table_names()) if anew else ():
                catalog.drop_table(name)
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
