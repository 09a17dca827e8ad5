"""Parity: the rows that landed in Postgres are, cell by cell, those of the lake's objects."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.lake.duckdb import connect, quoted
from orchestration.meta.records import Check
from orchestration.publication.batches import Batch
from orchestration.settings import Settings


@dataclass(frozen=True)
class Difference:
    """Rows of a dataset that only one side has; a changed cell counts once on each side."""

    dataset: str
    table: str
    rows: int
    only_in_lake: int
    only_in_serving: int


def parity(
    settings: Settings, batches: Sequence[Batch], layers: Sequence[str] = ("gold",)
) -> list[Difference]:
    """Compare batches with the objects they landed, before or after they are published.

    Args:
        settings: Where the services are.
        batches: Batches whose rows are in serving.
        layers: Of which layers; reference lists have no object in the bucket.

    Returns:
        One entry a dataset, in the order of their names; equal where both `only_in_` are 0.
    """
    chosen: dict[str, list[Batch]] = {}
    for batch in batches:
        if batch.layer in layers:
            chosen.setdefault(batch.dataset, []).append(batch)
    with connect(settings, threads=2) as lake:
        lake.execute("load postgres_scanner")
        lake.execute(
            f"attach {quoted(settings.postgres.dsn)} as published (type postgres, read_only)"
        )
        return [_compare(lake, settings.s3.bucket, name, chosen[name]) for name in sorted(chosen)]


def parity_checks(differences: Sequence[Difference]) -> list[Check]:
    """One critical check a dataset: the value is the number of rows that differ."""
    return [
        Check(
            dataset=item.table,
            check_name="parity_with_lake",
            result="FAIL" if item.only_in_lake or item.only_in_serving else "PASS",
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


def _compare(
    lake: duckdb.DuckDBPyConnection, bucket: str, dataset: str, batches: Sequence[Batch]
) -> Difference:
    table = batches[0].table
    relation = f'published.serving."{table}"'
    described = lake.execute(f"describe select * exclude (batch_id) from {relation}").fetchall()
    # The lake's values in the types of the table: both sides compare as what people read.
    casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind, *_ in described)
    files = ", ".join(quoted(f"s3://{bucket}/{batch.object_key}") for batch in batches)
    ids = ", ".join(str(batch.batch_id) for batch in batches)
    lake.execute(
        f"create or replace temp table lake_rows as select {casts}"
        f" from read_parquet([{files}], hive_partitioning = false, union_by_name = true)"
    )
    lake.execute(
        "create or replace temp table serving_rows as"
        f" select * exclude (batch_id) from {relation} where batch_id in ({ids})"
    )
    counts = lake.execute(
        """
        select
            (select count(*) from lake_rows),
            (select count(*) from (from lake_rows except all from serving_rows)),
            (select count(*) from (from serving_rows except all from lake_rows))
        """
    ).fetchone()
    assert counts is not None  # noqa: S101 -- a query of counts gives its row
    return Difference(dataset, table, *counts)
