"""The SQL of our models that the five KPIs need, as dbt compiled it last, in one DuckDB script.

What `dbt` costs beyond it is dbt itself and the files of silver. The reference lists and the view
of bronze are taken from dbt's database.
"""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from benchmarks.peers_work import DATASETS, Job, Started
from benchmarks.yardstick.build import write

_RELATION = re.compile(r'"lake"\."(\w+)"\."(\w+)"')


def build(job: Job, started: Started) -> None:
    started()
    # Compiled names begin with the name of the database, which is that of its file.
    duck = duckdb.connect(str(job.root / "lake.duckdb"))
    duck.execute("set threads = 2; set TimeZone = 'UTC'; set preserve_insertion_order = false")
    duck.execute("set force_compression = 'uncompressed'")
    duck.execute(f"attach '{job.root.parent / 'lake.duckdb'}' as made (read_only)")
    compiled = models_of(job.root.parent / "target" / "compiled")
    for name in order_of(compiled, [f"gold.{name}" for name in DATASETS]):
        schema, table = name.split(".")
        duck.execute(f"create schema if not exists {schema}")
        if name in compiled:
            duck.execute(f'create table {schema}."{table}" as {compiled[name]}')
        else:
            take(duck, schema, table)
    for name in DATASETS:
        duck.execute(f"create view {name} as from gold.{name}")
        write(duck, job.root / "gold", name, "day", "all")


def models_of(folder: Path) -> dict[str, str]:
    """The compiled query of each model, by schema and name such as gold.kpi_volume."""
    files = folder.glob("*/dbt_project/models/*/*.sql")
    layers = {"silver", "gold"}
    return {
        f"{file.parent.name}.{file.stem.removeprefix(f'{file.parent.name}_')}": file.read_text()
        for file in files
        if file.parent.name in layers
    }


def order_of(compiled: dict[str, str], wanted: list[str]) -> list[str]:
    """What is wanted and all that it reads, each after what it reads."""
    graph: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = {".".join(found) for found in _RELATION.findall(compiled.get(name, ""))}
            waiting += graph[name]
    return list(TopologicalSorter(graph).static_order())


def take(duck: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """A relation that no model makes, as dbt's database has it: the view, else the rows."""
    view = duck.execute(
        "select sql from duckdb_views() where database_name = 'made' and schema_name = ?"
        " and view_name = ?",
        [schema, table],
    ).fetchone()
    duck.execute(
        view[0] if view else f'create table {schema}."{table}" as from made.{schema}."{table}"'
    )
