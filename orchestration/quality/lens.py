"""DuckDB over what a layer wrote, with the names that the suites use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from orchestration.lake.duckdb import quoted
from orchestration.quality.facts import Facts

# What lies in a staging folder: dataset -> partition -> files.
Staged = Mapping[str, Mapping[str, list[str]]]

_SEEDS: Final = ("dim_geo", "dim_calendar", "dim_status_transition", "dim_sla_policy")
_EVENT_TYPES: Final = "['TICKET_CREATED', 'MESSAGE_ADDED', 'STATUS_CHANGED', 'ATTACHMENT_ADDED']"
_LISTS: Final = {
    "channels": ("dim_channel", "channel_id"),
    "types": ("dim_pqrs_type", "type_id"),
    "priorities": ("dim_priority", "priority_id"),
    "statuses": ("dim_status", "status_id"),
}
_TEXT_COLUMNS: Final = {
    "dim_geo": {"geo_id": "varchar", "dane_department_code": "varchar"},
    "dim_sla_policy": {"subtype": "varchar", "valid_to": "date"},
}


def asker(duck: duckdb.DuckDBPyConnection) -> Callable[[str], Sequence[Sequence[Any]]]:
    """How the measures ask: one query, all its rows."""
    return lambda query: duck.execute(query).fetchall()


def lay_ground(duck: duckdb.DuckDBPyConnection, facts: Facts, seeds: Path) -> None:
    """The days of the run and of the world, the reference lists and the baseline, by name.

    Args:
        duck: Where the relations of a layer are or will be.
        facts: What the run is compared with.
        seeds: The folder of the reference lists.
    """
    run = facts.run
    for name in _SEEDS:
        types = ", ".join(
            f"{quoted(column)}: {quoted(kind)}"
            for column, kind in _TEXT_COLUMNS.get(name, {}).items()
        )
        hints = f", types = {{{types}}}" if types else ""
        duck.execute(
            f"create or replace table {name} as"
            f" select * from read_csv({quoted(str(seeds / f'{name}.csv'))}, header = true{hints})"
        )
    duck.execute("create or replace view policies as select * from dim_sla_policy")
    for variable, (seed, column) in _LISTS.items():
        path = quoted(str(seeds / f"{seed}.csv"))
        duck.execute(
            f"set variable {variable} ="
            f" (select list({column}) from read_csv({path}, header = true, all_varchar = true))"
        )
    duck.execute(f"set variable event_types = {_EVENT_TYPES}")
    duck.execute(
        "create or replace view channels as select unnest(getvariable('channels')) as channel"
    )
    _days(duck, "run_days", run.days)
    _days(duck, "world_days", facts.world_days)
    baseline = facts.baseline
    values: dict[str, object] = {
        "first_day": run.date_min,
        "last_day": run.date_max,
        "world_first_day": run.world.first_day,
        "world_last_day": facts.world_last_day,
        "is_simulated": run.world.kind == "simulated",
        # Then every event's case was opened where it can be seen.
        "begins_with_its_cases": run.world.kind == "simulated" and not facts.has_gap,
        "expected_tickets": facts.expected_tickets,
        "baseline_volume": baseline.volume_pct,
        "baseline_text_length": baseline.text_length,
    }
    for variable, value in values.items():
        set_variable(duck, variable, value)
    duck.execute(
        "create or replace table baseline_shares (name varchar, value varchar, share double)"
    )
    for name, shares in baseline.shares.items():
        for member, share in shares.items():
            duck.execute("insert into baseline_shares values (?, ?, ?)", [name, member, share])


def set_variable(duck: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    """A value that the suites read with getvariable()."""
    duck.execute(f"set variable {name} = $value", {"value": value})


def parts_table(
    duck: duckdb.DuckDBPyConnection,
    name: str,
    files: Iterable[str],
    columns: str = "*",
    *,
    is_view: bool = False,
) -> None:
    """A dataset from its parts, read once unless `is_view`."""
    kind = "view" if is_view else "table"
    listed = ", ".join(quoted(file) for file in files)
    duck.execute(
        f"create or replace {kind} {name} as select {columns}"
        f" from read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
    )


def staged_files(staging: Path) -> Staged:
    """What lies in a staging folder: dataset -> partition -> files."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(staging.rglob("*.parquet")):
        dataset, *partition = path.relative_to(staging).parts[:-1]
        found.setdefault(dataset, {}).setdefault("/".join(partition), []).append(str(path))
    return found


def _days(duck: duckdb.DuckDBPyConnection, name: str, days: Iterable[date]) -> None:
    listed = ", ".join(f"(date '{day}')" for day in days)
    duck.execute(f"create or replace table {name} as select * from (values {listed}) as t (day)")
