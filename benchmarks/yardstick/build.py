"""The yardstick of `make bench-lake`: one DuckDB script for the files of silver and gold.

It is written for a world without a single irregular event: no duplicates, orphans or refused
changes, no contracts, no tests. What dbt's models cost beyond it is the price of those.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.yardstick.gold import AGED, BANDS, gold
from benchmarks.yardstick.silver import read, silver

SILVER = {
    "tickets": ("month", "created_at, ticket_id"),
    "messages": ("day", "ts, message_id"),
    "status_events": ("day", "ts, event_id"),
    "attachments": ("day", "ts, attachment_id"),
}
GOLD = {
    "kpi_volume": "channel, pqrs_type",
    "kpi_backlog": "pqrs_type, region",
    "kpi_sla": "pqrs_type",
    "kpi_sla_cohort": "pqrs_type",
    "kpi_first_response": "pqrs_type",
    "kpi_close_time": "pqrs_type",
    "kpi_status_transitions": "pqrs_type, status_from, status_to",
    "kpi_ageing": "pqrs_type, age_band_order",
    "kpi_priority": "priority",
    "kpi_department": "department",
    "kpi_municipality": "geo_id",
    "kpi_flow_variants": "pqrs_type, variant",
    "tickets_snapshot": "ticket_id",
}


def write(duck: duckdb.DuckDBPyConnection, root: Path, table: str, by: str, order: str) -> None:
    values = [
        str(value)
        for (value,) in duck.execute(f"select distinct {by} from {table} order by 1").fetchall()
    ]
    for value in values:
        folder = root / table / f"{by}={value}"
        folder.mkdir(parents=True)
        duck.execute(
            f"copy (select * from {table} where {by} = '{value}' order by {order})"
            f" to '{folder}/part0.parquet' (format parquet, compression zstd)"
        )


def build(
    duck: duckdb.DuckDBPyConnection,
    seeds: Path,
    keys: Sequence[str],
    first: str,
    last: str,
    root: Path,
) -> None:
    """Make every file of silver and gold under `root`, the reports aside (24 rows)."""
    statements = gold(first, last)
    spans = next(i for i, text in enumerate(statements) if "create table spans" in text)
    for text in (
        *read(seeds, keys),
        *silver(),
        *statements[: spans + 1],
        BANDS,
        AGED,
        *statements[spans + 1 :],
    ):
        duck.execute(text)
    for table, (by, order) in SILVER.items():
        write(duck, root / "silver", table, by, order)
    for table, order in GOLD.items():
        write(duck, root / "gold", table, "day", order)
