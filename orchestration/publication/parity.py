"""Parity: whether the rows that landed in PostgreSQL are those of the lake, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.lake.duckdb import connect, quoted
from orchestration.meta.records import Check
from orchestration.publication.batches import Batch
from orchestration.publication.datasets import seed_file
from orchestration.publication.landing import attach_serving, local_files
from orchestration.settings import Settings

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
        # By ranges of pages DuckDB would read whole tables: PostgreSQL has an index of batches.
        lake.execute("set pg_use_ctid_scan = false")
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
