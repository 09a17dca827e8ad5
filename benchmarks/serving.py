"""How fast serving loads data and answers queries: `make bench-serving`.

Loads a synthetic world of 180 days (2.3 million rows) through landing and serving into its own
database and bucket, copies the same rows with COPY into the same tables with the same keys,
references and indexes, then runs the queries of dashboards as bi_reader. Deletes what it made.

    python -m benchmarks.serving [--days 180] [--tickets 1150] [--dsn READER_DSN]

With --dsn it only runs the queries, on what is published there.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.results import result
from orchestration.meta.control import RunFacts, claim_run
from orchestration.meta.migrate import migrate
from orchestration.publication.batches import Batch, prepare_batches, verify_landed
from orchestration.publication.landing import land as land_batches
from orchestration.publication.publish import publish
from orchestration.run import Claim
from orchestration.services import postgres
from orchestration.services.bucket import client
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings
from tests.integration.publication.synthetic_lake import (
    Size,
    commit_synthetic,
    load_tables,
    project_datasets,
    run_of,
    world_of,
)

ROOT = Path(__file__).resolve().parents[1]
MOST_TIMES_COPY = 2.5
MOST_MILLISECONDS = 300.0
LAST = "(select max(day) from gold.kpi_sla_daily)"
QUESTIONS = {
    "arrivals of 30 days by channel": (
        "select day, channel, sum(tickets_count) from gold.kpi_volume_daily"
        f" where day > {LAST} - 30 group by 1, 2 order by 1"
    ),
    "backlog by region on the last day": (
        "select region, sum(backlog_count) from gold.kpi_backlog_daily"
        f" where day = {LAST} group by 1"
    ),
    "share in time by month and type": (
        "select date_trunc('month', day) as month, pqrs_type, round(100.0 * sum(within_sla_count)"
        " / nullif(sum(closings_count), 0), 2) from gold.kpi_sla_daily group by 1, 2 order by 1"
    ),
    "overdue cases over 90 days": (
        "select day, sum(overdue_count) from gold.kpi_sla_daily"
        f" where day > {LAST} - 90 group by 1 order by 1"
    ),
    "first response by week": (
        "select date_trunc('week', day), sum(avg_hours_to_first_response * responses_count)"
        " / nullif(sum(responses_count), 0) from gold.kpi_first_response_daily"
        " group by 1 order by 1"
    ),
    "cohorts due in the last month": (
        "select pqrs_type, sum(in_term_count), sum(late_count), sum(open_count)"
        f" from gold.kpi_sla_cohort_daily where day > {LAST} - 30 group by 1"
    ),
    "map: departments on the last day": (
        "select dane_department_code, department, backlog_count, overdue_count"
        f" from gold.kpi_department_daily where day = {LAST}"
    ),
    "worst 20 municipalities on the last day": (
        "select geo_id, municipio, overdue_count from gold.kpi_municipality_daily"
        f" where day = {LAST} and overdue_count > 0 order by overdue_count desc, geo_id limit 20"
    ),
    "one municipality over time": (
        "select day, tickets_count, backlog_count from gold.kpi_municipality_daily"
        " where geo_id = '05001' order by day"
    ),
    "transition matrix of 30 days": (
        "select status_from, status_to, sum(transitions_count)"
        f" from gold.kpi_status_transitions_daily where day > {LAST} - 30 group by 1, 2"
    ),
    "ageing of the backlog": (
        "select age_band, sum(open_count) from gold.kpi_ageing_daily"
        f" where day = {LAST} group by age_band_order, age_band order by age_band_order"
    ),
    "file of one case": (
        "select * from core.ticket_events where ticket_id = (select ticket_id from silver.tickets"
        " where created_day = (select min(created_day) from silver.tickets) limit 1) order by ts"
    ),
    "one case by its number": ("select * from core.tickets where external_id = 'PQR-000001000'"),
    "50 open cases, the most overdue first": (
        "select ticket_id, pqrs_type, department, overdue_days from silver.v_tickets_open"
        " where is_overdue order by overdue_days desc limit 50"
    ),
    "summary against the term": "select * from silver.v_sla_summary",
}
COPIED = ("tickets", "messages", "status_events", "attachments", "kpi_municipality_daily")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--tickets", type=int, default=1150)
    parser.add_argument("--dsn", help="ask here, load nothing")
    arguments = parser.parse_args()
    if arguments.dsn:
        return 0 if ask(arguments.dsn) else 1
    settings = load_settings()
    name = f"bench_{uuid.uuid4().hex[:8]}"
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
    ensure_database(own)
    migrate(own.postgres.admin_dsn)
    lake = replace(
        settings, s3=replace(settings.s3, bucket=name.replace("_", "-")), postgres=own.postgres
    )
    client(lake.s3).create_bucket(Bucket=lake.s3.bucket)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            product = load(lake, Path(scratch), Size(arguments.days, arguments.tickets))
            is_fast = copy_the_same(lake, Path(scratch), product)
        is_fast &= ask(lake.postgres.reader_dsn)
    finally:
        clean_up(settings, lake, name)
    return 0 if is_fast else 1


def load(lake: Settings, scratch: Path, size: Size) -> dict[str, float]:
    """Publish a synthetic world and print how fast; return the seconds of the copied tables."""
    run = run_of(world_of("bench"), size.days)
    with psycopg.connect(lake.postgres.dsn, autocommit=True) as connection:
        claim = claim_run(connection, run, RunFacts())
        counts = commit_synthetic(lake, claim, scratch, size)
        batches = prepare_batches(connection, claim, project_datasets(lake))
        started = time.perf_counter()
        product = load_timed(lake, claim, scratch, batches)
        rows = verify_landed(connection, claim, batches)
        publish(connection, claim, batches, status="PUBLISHED", counts=counts)
        seconds = time.perf_counter() - started
    # Of landing, dbt serving, keys, references, indexes, verification and publication.
    result("serving_rows", rows, "rows")
    result("serving_load", rows / seconds, "rows/second")
    return product


def copy_the_same(lake: Settings, scratch: Path, product: Mapping[str, float]) -> bool:
    """COPY the rows of the large tables into copies of them; compare with their own seconds."""
    total_copy = total_product = 0.0
    with psycopg.connect(lake.postgres.dsn, autocommit=True) as connection:
        for table in COPIED:
            path = scratch / table
            with path.open("wb") as file, connection.cursor() as cursor:
                query = f"copy serving.{table} to stdout (format binary)"
                with cursor.copy(query) as source:
                    for block in source:
                        file.write(block)
            make_twin(connection, table)
            started = time.perf_counter()
            with path.open("rb") as file, connection.cursor() as cursor:
                query = f"copy serving.twin_{table} from stdin (format binary)"
                with cursor.copy(query) as sink:
                    while block := file.read(1 << 20):
                        sink.write(block)
            seconds = time.perf_counter() - started
            connection.execute(f"drop table serving.twin_{table}")
            total_copy += seconds
            total_product += product[table]
            print(f"copy: {table:<24} COPY {seconds:6.1f} s, product {product[table]:6.1f} s")
    return result(
        "serving_to_copy", total_product / total_copy, "times_its_time", at_most=MOST_TIMES_COPY
    )


def load_timed(
    lake: Settings, claim: Claim, scratch: Path, batches: Sequence[Batch]
) -> dict[str, float]:
    """Land and load everything; return what each of the copied tables took."""
    datasets = project_datasets(lake)
    seconds: dict[str, float] = {}
    for dataset in (item for item in datasets if item.table in COPIED):
        started = time.perf_counter()
        land_batches(lake, [dataset], batches)
        seconds[dataset.table] = time.perf_counter() - started
    land_batches(lake, [item for item in datasets if item.table not in COPIED], batches)
    for node in load_tables(lake, claim, scratch).nodes:
        table = node.unique_id.split(".")[-1].removeprefix("serving_")
        if table in seconds:
            seconds[table] += node.seconds
    return seconds


def make_twin(connection: psycopg.Connection, table: str) -> None:
    """An empty table with the same columns, checks, keys, indexes and references."""
    connection.execute(f"create table serving.twin_{table} (like serving.{table} including all)")
    for (definition,) in connection.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and contype = 'f'",
        [f"serving.{table}"],
    ).fetchall():
        connection.execute(f"alter table serving.twin_{table} add {definition}")


def ask(dsn: str) -> bool:
    """Run every query with a warm cache, and print its median and the indexes that serve it."""
    slowest = 0.0
    with psycopg.connect(dsn, autocommit=True) as connection:
        for question, query in QUESTIONS.items():
            taken = []
            for _ in range(6):
                started = time.perf_counter()
                connection.execute(query).fetchall()
                taken.append(1000 * (time.perf_counter() - started))
            milliseconds = statistics.median(taken[1:])
            slowest = max(slowest, milliseconds)
            plan = "\n".join(row[0] for row in connection.execute(f"explain {query}").fetchall())
            indexes = sorted(
                {
                    index
                    for index in re.findall(r"Index (?:Only )?Scan (?:Backward )?using (\w+)", plan)
                    + re.findall(r"Bitmap Index Scan on (\w+)", plan)
                    if not index.startswith(("publication", "current"))
                }
            )
            print(f"ask: {milliseconds:7.1f} ms  {question:<40} {', '.join(indexes)}")
    return result("serving_slowest_question", slowest, "ms", at_most=MOST_MILLISECONDS)


def clean_up(settings: Settings, lake: Settings, name: str) -> None:
    s3 = client(lake.s3)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=lake.s3.bucket):
        if keys := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            s3.delete_objects(Bucket=lake.s3.bucket, Delete={"Objects": keys})
    s3.delete_bucket(Bucket=lake.s3.bucket)
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


if __name__ == "__main__":
    sys.exit(main())
