"""What silver asks of the control plane, as a DuckDB file for workers without PostgreSQL."""

import tempfile
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa

from orchestration.run import World

_COLUMNS = (
    "world_id",
    "run_id",
    "run_seq",
    "layer",
    "dataset",
    "partition",
    "key",
    "size",
    "sha256",
)


def control_plane_copy(connection: psycopg.Connection, world: World) -> bytes:
    """A database with the tables of `meta` that macros/lake asks: the world and what counts of it.

    Nothing in it is published, so that the named world is the one that is read.
    """
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from meta.committed_objects"
        " where world_id = %s and layer in ('bronze', 'enrichment', 'silver')",
        [world.world_id],
    ).fetchall()
    current = connection.execute(
        "select key from meta.current_enrichment where world_id = %s", [world.world_id]
    ).fetchall()
    columns = [[str(value) for value in column] for column in zip(*rows, strict=True)]
    objects = pa.table(dict(zip(_COLUMNS, columns, strict=True)))
    with tempfile.TemporaryDirectory(prefix="pqr-control-plane-") as folder:
        path = Path(folder, "control_plane.duckdb")
        with duckdb.connect(str(path)) as copy:
            copy.execute("create schema meta")
            copy.execute(
                "create table meta.committed_objects as select * replace ("
                "world_id::uuid as world_id, run_id::uuid as run_id, run_seq::bigint as run_seq,"
                " size::bigint as size) from objects"
            )
            copy.execute("create table meta.current_enrichment (key varchar)")
            copy.execute(
                "insert into meta.current_enrichment select unnest(?)",
                [[key for (key,) in current]],
            )
            copy.execute("create table meta.worlds (world_id uuid, first_day date)")
            copy.execute("insert into meta.worlds values (?, ?)", [world.world_id, world.first_day])
            copy.execute("create table meta.publications (publication_id bigint, run_id uuid)")
            copy.execute("create table meta.current_publication (publication_id bigint)")
        del objects
        return path.read_bytes()
