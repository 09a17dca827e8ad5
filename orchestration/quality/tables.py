"""DuckDB over what a layer wrote, with the tables and variables that the suites name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from orchestration.errors import WorkFailed
from orchestration.lake.duckdb import quoted
from orchestration.lake.manifest import LineCounts, Manifest
from orchestration.quality.comparison import Comparison

# What lies in a staging folder: dataset -> partition -> files.
Staged = Mapping[str, Mapping[str, list[str]]]

_LISTS: Final = {
    "channels": ("dim_channel", "channel_id"),
    "types": ("dim_pqrs_type", "type_id"),
    "priorities": ("dim_priority", "priority_id"),
    "statuses": ("dim_status", "status_id"),
}
_TICKETS: Final = "ticket_id uuid, source_channel varchar, pqrs_type varchar, priority varchar"
_MESSAGES: Final = "ticket_id uuid, ts timestamptz, text_len bigint"
_GOLD: Final = {
    "kpi_sla_cohort": "day, due_count, late_count, open_count",
    "kpi_model_quality": "day, model_type, judged_count, covered_count, agreed_pct, abstained_pct,"
    " drift_pct",
    "kpi_topic": "day, topic, week_count, week_before_count",
}
_EVENT_TYPES: Final = [
    "TICKET_CREATED", "MESSAGE_ADDED", "STATUS_CHANGED", "ATTACHMENT_ADDED", "TERM_EXTENDED"
]  # fmt: skip


class LakeUnreadable(WorkFailed):
    """A file that is to be checked is missing, damaged or not readable."""


@contextmanager
def reading_lake(layer: str) -> Iterator[None]:
    """Turn what DuckDB says of files that it cannot read into an error of ours.

    Raises:
        LakeUnreadable: The file is not there, or the disk is full.
    """
    try:
        yield
    except duckdb.IOException as error:
        raise LakeUnreadable(
            f"{layer}: the checks could not read the lake: {one_line(error)}"
        ) from None


def create_references(duck: duckdb.DuckDBPyConnection, comparison: Comparison, seeds: Path) -> None:
    """The lists of known values, the days of the run and the baseline.

    Args:
        duck: Where the tables of a layer are or will be.
        comparison: What the run is compared with.
        seeds: The folder of the reference lists.
    """
    run, baseline = comparison.run, comparison.baseline
    for name, (seed, column) in _LISTS.items():
        path = quoted(str(seeds / f"{seed}.csv"))
        duck.execute(
            f"set variable {name} ="
            f" (select list({column}) from read_csv({path}, header = true, all_varchar = true))"
        )
    values: dict[str, object] = {
        "event_types": _EVENT_TYPES,
        "first_day": run.date_min,
        "last_day": run.date_max,
        "is_simulated": run.world.kind == "simulated",
        # Then the case of every event was opened where it can be seen.
        "begins_with_its_cases": run.world.kind == "simulated" and not comparison.has_gap,
        "expected_tickets": comparison.expected_tickets,
        "baseline_volume": baseline.volume_pct,
        "baseline_text_length": baseline.text_length,
    }
    for name, value in values.items():
        set_variable(duck, name, value)
    # Those of the simulated world: a channel of ingested events has objects where it has events.
    path = quoted(str(seeds / "dim_channel.csv"))
    duck.execute(
        "create or replace table channels as select channel_id as channel"
        f" from read_csv({path}, header = true) where is_default"
    )
    _fill(duck, "run_days", "day date", [(day,) for day in run.days])
    _fill(
        duck,
        "baseline_shares",
        "name varchar, value varchar, share double",
        [
            (name, value, share)
            for name, shares in baseline.shares.items()
            for value, share in shares.items()
        ],
    )


def create_bronze(
    duck: duckdb.DuckDBPyConnection, manifest: Manifest, files: Sequence[str]
) -> None:
    """`pqrs_events`, `objects` and the counts of the manifest.

    Args:
        duck: Where they are created.
        manifest: Of the run's bronze.
        files: Its objects of events.
    """
    events = [ref for ref in manifest.objects if ref.dataset == "pqrs_events"]
    # Not copied into a table: each rule reads a few columns, and all rows of a long run would not
    # fit the memory.
    columns = (
        "source || '/' || day as partition, event_id, ticket_id, event_type, ts, source, day,"
        " line_no, data.external_id, data.source_channel, data.pqrs_type, data.priority,"
        " data.geo_region, data.geo_municipio, data.role, data.text_len,"
        " length(data.text) as text_length, data.status_from, data.status_to, data.actor_role,"
        " data.file_type, data.size_kb"
    )
    duck.execute(f"create or replace view pqrs_events as {_select(columns, files)}")
    _fill(
        duck, "objects", "partition varchar, rows bigint", [(e.partition, e.rows) for e in events]
    )
    counts = LineCounts.from_json(manifest.counts)
    set_variable(duck, "lines", counts.lines)
    set_variable(duck, "bronze_rows", sum(ref.rows for ref in events))
    set_variable(duck, "quarantined", counts.quarantined_lines)


def create_silver(
    duck: duckdb.DuckDBPyConnection,
    files: Mapping[str, Sequence[str]],
    bronze_rows: int,
    silver_rows: int,
) -> None:
    """The cases that the run created and their citizens' messages, and the rows of the world.

    Args:
        duck: Where they are created.
        files: Those of tickets and messages that can hold them.
        bronze_rows: Rows of the world's committed bronze.
        silver_rows: Rows of the world's silver, once what is staged is committed.
    """
    # A delivery may hold no message at all: then there is no file to take the columns from.
    _fill(duck, "tickets", _TICKETS, ())
    _fill(duck, "messages", _MESSAGES, ())
    _insert(
        duck,
        "tickets",
        "ticket_id, source_channel, pqrs_type, priority",
        files["tickets"],
        "where created_day between getvariable('first_day') and getvariable('last_day')",
    )
    _insert(
        duck,
        "messages",
        "ticket_id, ts, text_len",
        files["messages"],
        "semi join tickets using (ticket_id) where role = 'citizen'",
    )
    set_variable(duck, "bronze_rows", bronze_rows)
    set_variable(duck, "silver_rows", silver_rows)


def create_gold(duck: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str]]) -> None:
    """KPIs: `kpi_sla_cohort` of the whole world, the others of the run and the week before it.

    Args:
        duck: Where they are created.
        files: Those of each KPI.
    """
    for table, columns in _GOLD.items():
        _read(duck, table, columns, files[table])


def set_variable(duck: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    """A value that the suites read with getvariable()."""
    duck.execute(f"set variable {name} = $value", {"value": value})


def staged_files(staging: Path | None) -> Staged:
    """What lies in a staging folder: dataset -> partition -> files."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(staging.rglob("*.parquet")) if staging else ():
        dataset, *partition = path.relative_to(staging).parts[:-1] if staging else ()
        found.setdefault(dataset, {}).setdefault("/".join(partition), []).append(str(path))
    return found


def staged_rows(duck: duckdb.DuckDBPyConnection, files: Sequence[str]) -> int:
    """Rows of local Parquet files, by their footers."""
    if not files:
        return 0
    query = f"select sum(num_rows) from parquet_file_metadata([{_listed(files)}])"
    row = duck.execute(query).fetchone()
    return int(row[0]) if row else 0


def one_line(error: BaseException) -> str:
    """The message of an error without line breaks, cut to 400 characters."""
    return " ".join(str(error).split())[:400]


def _read(duck: duckdb.DuckDBPyConnection, table: str, columns: str, files: Sequence[str]) -> None:
    duck.execute(f"create or replace table {table} as {_select(columns, files)}")


def _insert(
    duck: duckdb.DuckDBPyConnection,
    table: str,
    columns: str,
    files: Sequence[str],
    condition: str,
) -> None:
    if files:
        duck.execute(f"insert into {table} {_select(columns, files)} {condition}")


def _select(columns: str, files: Sequence[str]) -> str:
    return (
        f"select {columns} from read_parquet([{_listed(files)}], hive_partitioning = false,"
        " union_by_name = true)"
    )


def _fill(
    duck: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Iterable[Sequence[object]]
) -> None:
    duck.execute(f"create or replace table {table} ({columns})")
    for row in rows:
        marks = ", ".join(["?"] * len(row))
        duck.execute(f"insert into {table} values ({marks})", list(row))


def _listed(files: Iterable[str]) -> str:
    return ", ".join(quoted(file) for file in files)
