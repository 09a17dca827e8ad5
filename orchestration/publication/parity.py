"""Parity: whether the rows that landed in PostgreSQL are those of the lake, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from orchestration.lake.duckdb import local_engine, quoted
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

_NUMBERS: Final = ("DECIMAL", "SMALLINT", "INTEGER", "BIGINT")


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

    Values are compared in the types of the table, as people read them, and in those of the objects:
    a table that rounds what was landed, or has no room for it, differs.

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
    with local_engine(settings, threads=2) as lake:
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
    in_lake = {
        name: kind for name, kind, *_ in lake.execute(f"describe select * from {source}").fetchall()
    }
    # DuckDB reads jsonb as text.
    for (name,) in lake.execute(_JSON_COLUMNS, [table]).fetchall():
        in_lake.pop(name, None)
    cells = [
        cell
        for name, kind, *_ in lake.execute(f"describe select * from {relation}").fetchall()
        if name in in_lake
        for cell in _cells(name, kind, in_lake[name], is_text=batches[0].layer == "seed")
    ]
    ids = ", ".join(str(batch.batch_id) for batch in batches)
    names = ", ".join(f"cell_{number}" for number in range(len(cells)))
    of_lake, of_serving = (
        ", ".join(f"{cell[side]} as cell_{number}" for number, cell in enumerate(cells))
        for side in (0, 1)
    )
    sides = {
        "lake": f"select {of_lake} from {source}",
        "serving": f"select {of_serving} from {relation} where batch_id in ({ids})",
    }
    # One number per side, independent of the order; the rows themselves only when they differ.
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


def _cells(name: str, kind: str, lake_kind: str, *, is_text: bool) -> Iterator[tuple[str, str]]:
    """What to compare of a column: an expression of the lake's side, and one of PostgreSQL's.

    A reference list has text alone; of its numbers the text tells what a smaller type would lose.
    """
    if is_text:
        yield _cell("cast", name, kind), _cell("cast", name, kind)
        wide = "DOUBLE" if kind.startswith(_NUMBERS) else kind
    else:
        yield _cell("try_cast", name, kind), _cell("cast", name, kind)
        wide = lake_kind
    if wide != kind:
        yield _cell("cast", name, wide), _cell("try_cast", name, wide)


def _cell(cast: str, name: str, kind: str) -> str:
    # A key without a value is served as the empty text: see the macro served.
    value = f'{cast}("{name}" as {kind})'
    return f"coalesce({value}, '')" if kind == "VARCHAR" else value
