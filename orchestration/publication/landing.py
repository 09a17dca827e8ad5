"""Landing: DuckDB copies the rows of pending objects, each with its batch, into PostgreSQL, and
compares what has landed with the lake.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import objects_by_key
from orchestration.lake.duckdb import connect, quoted
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import connect as connect_to_control
from orchestration.meta.records import Check
from orchestration.publication.batches import Batch
from orchestration.publication.datasets import Dataset, seed_file
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
    with connect(settings, threads=2) as lake:
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


_JSON_COLUMNS = """
select column_name from postgres_query('served', $$
    select table_name::text, column_name::text from information_schema.columns
    where table_schema = 'serving' and data_type = 'jsonb'
$$) where table_name = ?
"""


@dataclass(frozen=True)
class Difference:
    """Rows of a dataset that only one side has; a changed cell counts once on each side."""

    dataset: str
    table: str
    rows: int
    only_in_lake: int
    only_in_serving: int

    @property
    def is_different(self) -> bool:
        """Whether any row is on one side alone."""
        return bool(self.only_in_lake or self.only_in_serving)


def parity(
    settings: Settings,
    batches: Sequence[Batch],
    layers: Sequence[str] = ("gold", "silver", "seed"),
) -> list[Difference]:
    """Compare batches with the objects they landed, before or after they are published.

    A column that the objects lack is not compared: PostgreSQL computed it, or it was declared after
    they were written. Nor is JSON, which PostgreSQL writes in an order of its own.

    Args:
        settings: Where the services are.
        batches: Batches whose rows are in serving.
        layers: Of which layers.

    Returns:
        One entry per dataset, in the order of their names.

    Raises:
        ObjectMissing, ObjectCorrupt: The bucket does not have an object as it was committed.
    """
    chosen: dict[str, list[Batch]] = {}
    for batch in batches:
        if batch.layer in layers:
            chosen.setdefault(batch.dataset, []).append(batch)
    files = local_files(settings, [batch for some in chosen.values() for batch in some])
    with connect(settings, threads=2) as lake:
        attach_serving(lake, settings, read_only=True)
        return [
            _compare(lake, _source(settings, chosen[name], files), name, chosen[name])
            for name in sorted(chosen)
        ]


def parity_checks(differences: Sequence[Difference]) -> list[Check]:
    """One critical check per dataset: the value is the number of rows that differ."""
    return [
        Check(
            dataset=item.table,
            check_name="parity_with_lake",
            result="FAIL" if item.is_different else "PASS",
            layer="serving",
            severity="critical",
            tool="pqr",
            value=item.only_in_lake + item.only_in_serving,
            threshold=0,
            details={
                "rows": item.rows,
                "only_in_lake": item.only_in_lake,
                "only_in_serving": item.only_in_serving,
            },
        )
        for item in differences
    ]


def _source(settings: Settings, batches: Sequence[Batch], files: Mapping[str, str]) -> str:
    if batches[0].layer == "seed":
        path = quoted(str(seed_file(settings.project_root, batches[0].dataset)))
        return f"read_csv({path}, header = true, all_varchar = true)"
    listed = ", ".join(quoted(files[batch.object_key]) for batch in batches)
    return f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"


def _compare(
    lake: duckdb.DuckDBPyConnection, source: str, dataset: str, batches: Sequence[Batch]
) -> Difference:
    table = batches[0].table
    relation = f'served.serving."{table}"'
    in_lake = {row[0] for row in lake.execute(f"describe select * from {source}").fetchall()}
    # DuckDB reads jsonb as text.
    in_lake -= {row[0] for row in lake.execute(_JSON_COLUMNS, [table]).fetchall()}
    described = [
        (name, kind)
        for name, kind, *_ in lake.execute(f"describe select * from {relation}").fetchall()
        if name in in_lake
    ]
    # The lake's values in the types of the table: both sides compare as what people read. A key
    # without a value is served as the empty text: see the macro served.
    casts = ", ".join(f'{_cell(name, kind)} as "{name}"' for name, kind in described)
    ids = ", ".join(str(batch.batch_id) for batch in batches)
    sides = {
        "lake": f"select {casts} from {source}",
        "serving": f"select {casts} from {relation} where batch_id in ({ids})",
    }
    # One number per side, independent of the order; the rows themselves only when they differ.
    names = ", ".join(f'"{name}"' for name, _ in described)
    (lake_rows, lake_sum), (serving_rows, serving_sum) = (
        lake.execute(
            f"select count(*), coalesce(sum(hash({names})::hugeint), 0) from ({query})"
        ).fetchall()[0]
        for query in sides.values()
    )
    if (lake_rows, lake_sum) == (serving_rows, serving_sum):
        return Difference(dataset, table, lake_rows, 0, 0)
    for side, query in sides.items():
        lake.execute(f"create or replace temp table {side}_rows as {query}")
    only = [
        lake.execute(f"select count(*) from ({one} except all {other})").fetchall()[0][0]
        for one, other in (
            ("from lake_rows", "from serving_rows"),
            ("from serving_rows", "from lake_rows"),
        )
    ]
    return Difference(dataset, table, lake_rows, *only)


def _cell(name: str, kind: str) -> str:
    value = f'cast("{name}" as {kind})'
    return f"coalesce({value}, '')" if kind == "VARCHAR" else value
