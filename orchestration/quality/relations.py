"""The relations of each layer's suite, laid in DuckDB from files."""

from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from orchestration.lake.manifest import LineCounts, Manifest
from orchestration.quality.lens import parts_table, set_variable
from orchestration.quality.suites.bronze import BRONZE
from orchestration.quality.suites.gold import GRAINS

# Of the datasets that span the whole world the narrow columns alone, read once.
SILVER_COLUMNS: Final = {
    "tickets": (
        "ticket_id, external_id, source_channel, pqrs_type, priority, created_day, current_status,"
        " first_response_at, messages_count, attachments_count"
    ),
    "status_events": (
        "event_id, ticket_id, day, change_no, is_valid, status_from, status_to, is_within_sla,"
        " sla_elapsed_seconds"
    ),
    "messages": "message_id, ticket_id, ts, day, role, text_len",
    "attachments": "attachment_id, ticket_id",
}


def lay_bronze(
    duck: duckdb.DuckDBPyConnection, manifest: Manifest, files: Mapping[str, str]
) -> None:
    """`events_read`, `objects` and the counts of the manifest.

    Args:
        duck: Where they are laid.
        manifest: Of the run's bronze.
        files: Where each of its keys is read.
    """
    events = [item for item in manifest.objects if item.dataset == "pqrs_events"]
    parts_table(duck, "pqrs_events", [files[item.key] for item in events], is_view=True)
    duck.execute(f"create or replace table events_read as {BRONZE.relations['pqrs_events']}")
    duck.execute("create or replace table objects (partition varchar, rows bigint)")
    duck.executemany(
        "insert into objects values (?, ?)", [(item.partition, item.rows) for item in events]
    )
    rows = sum(item.rows for item in events)
    counts = LineCounts.from_json(manifest.counts)
    set_variable(duck, "lines", counts.lines)
    set_variable(duck, "bronze_rows", rows)
    set_variable(duck, "quarantined", counts.quarantined_lines)


def lay_silver(
    duck: duckdb.DuckDBPyConnection,
    world: Mapping[str, Sequence[str]],
    written: Mapping[str, Sequence[str]],
    bronze_rows: int,
) -> None:
    """The whole world's datasets with narrow columns, and what this run wrote with all of them.

    Args:
        duck: Where they are laid.
        world: Files of each dataset that count, with what is about to be committed.
        written: Of these, what this run wrote.
        bronze_rows: Rows of the world's committed bronze.
    """
    for dataset, columns in SILVER_COLUMNS.items():
        parts_table(duck, dataset, world[dataset], columns)
        parts_table(duck, f"written_{dataset}", written[dataset] or world[dataset], is_view=True)
    set_variable(duck, "bronze_rows", bronze_rows)


def lay_gold(duck: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str]]) -> None:
    """The tables of gold, and what they are reconciled with."""
    for dataset in ("tickets", "status_events"):
        parts_table(duck, dataset, files[dataset], SILVER_COLUMNS[dataset])
    for table in GRAINS:
        parts_table(duck, table, files[table])
