"""The edges of a committed layer in meta.lineage_edges, and a layer's datasets read back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg

from orchestration.lake.committed import CommittedManifest
from orchestration.lake.paths import ORIGINAL_DATASET, RAW_DATASET
from orchestration.lineage.graph import Edge, ProjectGraph


@dataclass(frozen=True)
class LayerInput:
    """A dataset that a layer read: `version` is the sha256 of its manifest or reference list."""

    layer: str
    dataset: str
    version: str


@dataclass(frozen=True)
class LayerOutput:
    """A dataset of a layer as it is committed: rows, bytes and number of its objects."""

    layer: str
    dataset: str
    rows: int | None
    size: int
    objects: int


def record_edges(
    connection: psycopg.Connection, manifest: CommittedManifest, graph: Callable[[], ProjectGraph]
) -> bool:
    """Write what the datasets of a committed layer are made from, unless that is known.

    Args:
        connection: Of the writer.
        manifest: The committed layer.
        graph: Gives the project; asked only for a layer that dbt builds.

    Returns:
        Whether edges were written now.
    """
    known = connection.execute(
        "select 1 from meta.lineage_edges where manifest_seq = %s limit 1", [manifest.manifest_seq]
    ).fetchone()
    if known:
        return False
    if manifest.layer in ("raw", "bronze"):
        edges: Sequence[Edge] = _python_edges(connection, manifest)
    else:
        edges = graph().edges(manifest.layer)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into meta.lineage_edges"
            " (manifest_seq, dataset, input_layer, input_dataset, seed_sha256)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            [(manifest.manifest_seq, *edge) for edge in edges],
        )
    return bool(edges)


def layer_inputs(
    connection: psycopg.Connection, manifest: CommittedManifest
) -> tuple[LayerInput, ...]:
    """What the datasets of a committed layer were made from, other datasets of it left out."""
    rows = connection.execute(
        "select input_layer, input_dataset, max(input_sha256) from meta.lineage"
        " where manifest_sha256 = %s and input_layer <> layer and input_dataset is not null"
        " group by 1, 2 order by 1, 2",
        [manifest.sha256],
    ).fetchall()
    return tuple(LayerInput(*row) for row in rows)


def layer_outputs(
    connection: psycopg.Connection, manifest: CommittedManifest
) -> tuple[LayerOutput, ...]:
    """The datasets of a committed layer. Serving has no objects: its rows are not counted here."""
    rows = connection.execute(
        """
        select dataset, sum(rows)::bigint, coalesce(sum(size), 0)::bigint, count(key)
        from (
            select dataset, rows, size, key from meta.manifest_objects where manifest_seq = %(seq)s
            union all
            select distinct dataset, null::bigint, null::bigint, null from meta.lineage_edges
            where manifest_seq = %(seq)s
        ) as datasets
        group by dataset order by dataset
        """,
        {"seq": manifest.manifest_seq},
    ).fetchall()
    return tuple(LayerOutput(manifest.layer, *row) for row in rows)


def _python_edges(connection: psycopg.Connection, manifest: CommittedManifest) -> list[Edge]:
    """Raw events may come from delivered files; every dataset of bronze comes from raw events."""
    rows = connection.execute(
        "select distinct dataset from meta.manifest_objects where manifest_seq = %s order by 1",
        [manifest.manifest_seq],
    ).fetchall()
    datasets = [str(dataset) for (dataset,) in rows]
    if manifest.layer == "bronze":
        return [Edge(dataset, "raw", RAW_DATASET) for dataset in datasets]
    if ORIGINAL_DATASET in datasets:
        return [Edge(RAW_DATASET, "raw", ORIGINAL_DATASET)]
    return []
