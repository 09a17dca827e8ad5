"""Recompute a committed world from its raw objects and compare every cell of its KPIs.

    python tests/oracle/check_run.py [world_id]

Without an argument: the world of the newest run. Reads the services of the environment.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from duckdb import DuckDBPyConnection
from periods import PeriodOracle
from raw_lines import Line
from recomputation import Table

from orchestration.lake.committed import effective_objects
from orchestration.lake.duckdb import connect
from orchestration.lake.paths import RAW_DATASET
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings, load_settings

KEYS = {
    "kpi_volume": ("day", "channel", "pqrs_type"),
    "kpi_backlog": ("day", "pqrs_type", "region"),
    "kpi_sla": ("day", "pqrs_type"),
    "kpi_first_response": ("day", "pqrs_type"),
    "kpi_close_time": ("day", "pqrs_type"),
    "kpi_outcome": ("day", "pqrs_type", "outcome"),
    "kpi_waiting": ("day", "pqrs_type"),
    "kpi_dependencia": ("day", "dependencia_id"),
    "kpi_status_transitions": ("day", "pqrs_type", "status_from", "status_to"),
    "kpi_sla_cohort": ("day", "pqrs_type"),
    "report_monthly": ("day", "pqrs_type"),
    "report_quarterly": ("day", "pqrs_type"),
    "report_semester": ("day", "pqrs_type"),
}
# Tables of which the oracle knows every column but these, which are other names of the day.
_WHOLE = {
    "kpi_outcome": set(),
    "kpi_waiting": set(),
    "kpi_dependencia": set(),
    "kpi_sla_cohort": set(),
    "report_monthly": {"month"},
    "report_quarterly": {"quarter"},
    "report_semester": {"semester"},
}


def raw_lines(settings: Settings, world_id: UUID) -> Iterator[Line]:
    """Every line of the raw objects that count, as they lie in the bucket."""
    store = ObjectStore(settings.s3)
    with psycopg.connect(settings.postgres.dsn) as connection:
        refs = effective_objects(connection, world_id, "raw", RAW_DATASET)
    for ref in refs:
        source, day = (part.split("=", 1)[1] for part in ref.partition.split("/"))
        for number, line in enumerate(store.get(ref.key).split(b"\n"), 1):
            if line:
                yield Line(source, date.fromisoformat(day), number, json.loads(line))


def compare(settings: Settings, world_id: UUID, expected: dict[str, Table]) -> tuple[int, int]:
    """Cells compared, and cells that differ; each difference is printed."""
    cells = differing = 0
    duck = connect(settings)
    for dataset, keys in ((name, KEYS[name]) for name in expected):
        with psycopg.connect(settings.postgres.dsn) as connection:
            refs = effective_objects(connection, world_id, "gold", dataset)
        rows, names = _rows(duck, [f"s3://{settings.s3.bucket}/{ref.key}" for ref in refs])
        by_key = {tuple(row[key] for key in keys): row for row in rows}
        if by_key.keys() != expected[dataset].keys() or len(by_key) != len(rows):
            print(f"{dataset}: the rows are not the grid of the oracle")
            differing += 1
        known = {name for columns in expected[dataset].values() for name in columns}
        if rows and known and dataset in _WHOLE:
            unknown = {*names} - {*keys} - known - _WHOLE[dataset]
            differing += len(unknown)
            if unknown:
                print(f"{dataset}: the oracle does not know {sorted(unknown)}")
        for key, columns in expected[dataset].items():
            for name, value in columns.items():
                cells += 1
                if key in by_key and by_key[key][name] != value:
                    print(f"{dataset} {key} {name}: {by_key[key][name]}, recomputed {value}")
                    differing += 1
    return cells, differing


def _rows(duck: DuckDBPyConnection, paths: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of some objects, and their columns; a period that has not ended has no object."""
    if not paths:
        return [], []
    found = duck.execute("from read_parquet($paths, hive_partitioning = false)", {"paths": paths})
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()], names


def main() -> int:
    settings = load_settings()
    with psycopg.connect(settings.postgres.dsn) as connection:
        row = connection.execute(
            """
            select world_id, first_day, max(date_max)
            from meta.etl_runs join meta.worlds using (world_id)
            where run_id in (select run_id from meta.manifest_index where layer = 'gold')
            group by world_id, first_day order by max(run_seq) desc
            """
        ).fetchall()
    chosen = [item for item in row if sys.argv[1:2] in ([], [str(item[0])])]
    if not chosen:
        print(f"no run of world {' '.join(sys.argv[1:])}: see `pqr runs`")
        return 2
    world_id, first, last = chosen[0]
    started = time.perf_counter()
    oracle = PeriodOracle(raw_lines(settings, world_id))
    cells, differing = compare(settings, world_id, oracle.kpis(first, last))
    print(
        f"world {world_id} {first} to {last}: {len(oracle.cases):,} cases, {cells:,} cells,"
        f" {differing} differ, {time.perf_counter() - started:.0f} s"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
