"""Landing: DuckDB copies the rows of pending objects, each with its batch, into PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import objects_by_key
from orchestration.lake.duckdb import local_engine, quoted
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import connect as connect_to_control
from orchestration.publication.batches import Batch
from orchestration.publication.datasets import Dataset
from orchestration.settings import Settings


def land(settings: Settings, datasets: Sequence[Dataset], batches: Sequence[Batch]) -> None:
    """Make landing.<dataset> hold the rows of the pending batches of each dataset, and no others.

    A dataset without pending batches gets an empty table: its serving model reads it all the same.
    Everything happens in one transaction of PostgreSQL.

    Args:
        settings: Where the services are.
        datasets: What is published.
        batches: Of `prepare_batches`; only what is not landed is read.

    Raises:
        ObjectCorrupt: An object does not have the bytes that were committed.
        duckdb.Error: A value does not have its declared type.
    """
    pending: dict[str, list[Batch]] = {}
    for batch in batches:
        if not batch.is_landed:
            pending.setdefault(batch.dataset, []).append(batch)
    files = local_files(settings, [batch for some in pending.values() for batch in some])
    with local_engine(settings, threads=2) as lake:
        lake.execute("set preserve_insertion_order = false")
        attach_serving(lake, settings)
        lake.execute("begin")
        for dataset in datasets:
            rows = _declared_rows(dataset, pending.get(dataset.name, []), files)
            lake.execute(f'drop table if exists served.landing."{dataset.name}"')
            # CREATE AS copies twice as fast as INSERT into an existing table.
            lake.execute(f'create table served.landing."{dataset.name}" as {rows}')
        lake.execute("commit")


def local_files(settings: Settings, batches: Iterable[Batch]) -> dict[str, str]:
    """Local copies of the objects of batches, checked against their manifests: key to path.

    Raises:
        ObjectMissing, ObjectCorrupt: The bucket does not have an object as it was committed.
    """
    keys = [batch.object_key for batch in batches if batch.layer != "seed"]
    with connect_to_control(settings, context="landing") as connection:
        refs = objects_by_key(connection, keys)
    cache = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
    return dict(zip([ref.key for ref in refs], cache.verified(refs), strict=True))


def attach_serving(
    lake: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool = False
) -> None:
    """Attach PostgreSQL as `served`."""
    lake.execute("load postgres_scanner")
    options = "type postgres, read_only" if read_only else "type postgres"
    lake.execute(f"attach {quoted(settings.postgres.dsn)} as served ({options})")


def _declared_rows(dataset: Dataset, batches: Sequence[Batch], files: Mapping[str, str]) -> str:
    """A query of the declared columns, in their types; an object older than a column lacks it."""
    empty = ", ".join(f'cast(null as {item.type}) as "{item.name}"' for item in dataset.columns)
    sources = [f"select cast(null as integer) as batch_id, {empty} where false"]
    if batches:
        sources.append(_rows(dataset, batches, files))
    casts = ", ".join(
        f'cast("{item.name}" as {item.type}) as "{item.name}"' for item in dataset.columns
    )
    return (
        f"select cast(batch_id as integer) as batch_id, {casts}"
        f" from ({' union all by name '.join(sources)})"
    )


def _rows(dataset: Dataset, batches: Sequence[Batch], files: Mapping[str, str]) -> str:
    if dataset.seed is not None:
        types = ", ".join(f"{quoted(item.name)}: {quoted(item.type)}" for item in dataset.columns)
        return (
            f"select {batches[0].batch_id} as batch_id, *"
            f" from read_csv({quoted(str(dataset.seed))}, header = true, auto_detect = false,"
            f" delim = ',', quote = '\"', escape = '\"', columns = {{{types}}})"
        )
    paths = {batch.batch_id: quoted(files[batch.object_key]) for batch in batches}
    values = ", ".join(f"({batch_id}, {path})" for batch_id, path in paths.items())
    return (
        "select batches.batch_id, objects.* exclude (filename)"
        f" from read_parquet([{', '.join(paths.values())}], filename = true,"
        " hive_partitioning = false, union_by_name = true) as objects"
        f" join (values {values}) as batches (batch_id, filename) using (filename)"
    )
