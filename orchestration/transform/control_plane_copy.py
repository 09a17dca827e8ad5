"""What silver asks of the control plane, as a DuckDB file for workers without PostgreSQL."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa

from orchestration.run import World

_SAID = ("world_id", "dataset", "partition", "key", "size", "sha256")
_COLUMNS = (*_SAID, "run_id", "run_seq", "layer")


def control_plane_copy(connection: psycopg.Connection, world: World) -> bytes:
    """A database with the tables of `meta` that macros/lake asks: the world and what counts of it.

    Nothing in it is published, so that the named world is the one that is read.
    """
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from meta.committed_objects"
        " where world_id = %s and layer in ('bronze', 'silver')",
        [world.world_id],
    ).fetchall()
    said = connection.execute(
        f"select {', '.join(_SAID)} from meta.current_enrichment where world_id = %s",
        [world.world_id],
    ).fetchall()
    objects, enrichment = _texts(_COLUMNS, rows), _texts(_SAID, said)
    with tempfile.TemporaryDirectory(prefix="pqr-control-plane-") as folder:
        path = Path(folder, "control_plane.duckdb")
        with duckdb.connect(str(path)) as copy:
            copy.execute("create schema meta")
            copy.execute(
                "create table meta.committed_objects as select * replace ("
                "world_id::uuid as world_id, run_id::uuid as run_id, run_seq::bigint as run_seq,"
                " size::bigint as size) from objects"
            )
            copy.execute(
                "create table meta.current_enrichment as select * replace ("
                "world_id::uuid as world_id, size::bigint as size) from enrichment"
            )
            copy.execute("create table meta.worlds (world_id uuid, first_day date)")
            copy.execute("insert into meta.worlds values (?, ?)", [world.world_id, world.first_day])
            copy.execute("create table meta.publications (publication_id bigint, run_id uuid)")
            copy.execute("create table meta.current_publication (publication_id bigint)")
        del objects, enrichment
        return path.read_bytes()


def _texts(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = [pa.array([str(row[at]) for row in rows], pa.string()) for at in range(len(names))]
    return pa.table(columns, list(names))
