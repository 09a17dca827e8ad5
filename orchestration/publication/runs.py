"""The runs as `pqr runs` lists them."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

_COLUMNS = (
    "run_id, status, is_live, date_min, date_max, attempt, seed, world_id, run_seq, started_at,"
    " finished_at, duration_seconds, raw_objects_count, bronze_rows, silver_rows, gold_rows,"
    " git_sha, config_hash, error"
)


def list_runs(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Every run, the newest first; `can_switch` tells which `pqr publish` can make live.

    Returns:
        One dictionary per run, with the columns of meta.runs and values that JSON can hold;
        `world_name` is what `pqr ingest --world` was given.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            f"""
            select {_COLUMNS},
                exists (
                    select from meta.publications where publications.run_id = runs.run_id
                ) as can_switch,
                (
                    select config ->> 'ingested' from meta.worlds
                    where worlds.world_id = runs.world_id
                ) as world_name
            from meta.runs order by run_seq desc
            """
        ).fetchall()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if not hasattr(value, "as_tuple") else float(str(value))
