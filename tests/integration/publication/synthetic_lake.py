"""Committed silver and gold of a made-up world: the shape of the real ones, figures of our choice.

Every figure of gold carries `version`, so that a reader can tell which run it sees.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from duckdb import DuckDBPyConnection

from orchestration.lake.commit import commit_layer, upload_parts
from orchestration.lake.duckdb import connect
from orchestration.lake.manifest import Manifest
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunCounts, RunFacts, claim_run, unlock_world
from orchestration.publication.batches import (
    Batch,
    exclusive_publication,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.datasets import Dataset, published_datasets
from orchestration.publication.landing import land as land_batches
from orchestration.publication.publish import Publication, collect, publish
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings
from orchestration.transform.dbt import DbtResult, run_dbt
from orchestration.transform.serving import parsed_declarations

SQL = Path(__file__).with_name("synthetic_lake.sql")
FIRST_DAY = date(2025, 9, 1)
KEYS = {
    "tickets": "created_at, ticket_id",
    "messages": "ts, message_id",
    "status_events": "ts, event_id",
    "attachments": "ts, attachment_id",
}


@dataclass(frozen=True)
class Size:
    """How large a synthetic world is."""

    days: int = 3
    tickets_per_day: int = 20


def world_of(name: str) -> World:
    """A world of its own for every name."""
    return World.ingested(name, FIRST_DAY)


def run_of(world: World, days: int, delivery: str = "") -> Run:
    """The run of the first days of a world; another delivery is another run of the same days."""
    return Run.of(world, FIRST_DAY, FIRST_DAY + timedelta(days=days - 1), delivery)


def commit_synthetic(
    settings: Settings, claim: Claim, scratch: Path, size: Size, version: int = 1
) -> RunCounts:
    """Write and commit silver and gold of a run; gives what they count."""
    staging = scratch / uuid4().hex
    counts = {}
    with connect(settings, threads=2, memory_limit="4GB") as duck:
        duck.execute(
            f"set variable days = {size.days}; set variable per_day = {size.tickets_per_day};"
            f"set variable version = {version}; set variable run = '{claim.run.run_id}'"
        )
        duck.execute(SQL.read_text())
        tables = duck.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('silver', 'gold')"
        ).fetchall()
        declared = {(item.layer, item.name): item for item in project_datasets(settings)}
        for layer, table in tables:
            _complete(duck, layer, table, declared[layer, table])
            partition = "month" if table == "tickets" else "day"
            order = KEYS.get(table, "all")
            values = duck.execute(f"select distinct {partition}::text from {layer}.{table}")
            for (value,) in values.fetchall():
                folder = staging / layer / table / f"{partition}={value}"
                folder.mkdir(parents=True)
                duck.execute(
                    f"copy (select * from {layer}.{table} where {partition}::text = '{value}'"
                    f" order by {order}) to '{folder}/part.parquet'"
                )
    store = ObjectStore(settings.s3)
    with psycopg.connect(settings.postgres.dsn, autocommit=True) as connection:
        for layer in ("silver", "gold"):
            refs = upload_parts(store, staging / layer, layer, claim.run)
            manifest = Manifest(
                layer=layer,
                run_id=claim.run.run_id,
                world_id=claim.run.world.world_id,
                date_min=claim.run.date_min,
                date_max=claim.run.date_max,
                build_id=f"{version:064x}",
                previous_sha256=None,
                inputs=(),
                objects=refs,
            )
            commit_layer(store, connection, claim, manifest)
            counts[layer] = manifest.rows
    shutil.rmtree(staging)
    return RunCounts(silver_rows=counts["silver"], gold_rows=counts["gold"])


# Declared as never null, and of no interest here.
PLAIN_VALUES = {
    ("kpi_sla", "extensions_count"): "0",
    ("kpi_sla", "refused_extensions_count"): "0",
    ("tickets_snapshot", "dependencia_id"): "'unassigned'",
    ("tickets_snapshot", "is_at_risk"): "false",
    ("tickets_snapshot", "hold_count"): "0",
    ("tickets_snapshot", "reopen_count"): "0",
    ("tickets_snapshot", "office_open_count"): "0",
    ("tickets_snapshot", "office_closings_count"): "0",
    ("tickets_snapshot", "late_risk"): "0",
    ("tickets_snapshot", "late_risk_reasons"): "''",
    ("tickets_snapshot", "late_risk_version"): "'1'",
    ("tickets", "extended_days"): "0",
    ("tickets", "extensions_count"): "0",
    ("tickets", "handoffs_count"): "0",
    ("tickets", "is_one_touch"): "false",
    ("tickets", "agent_messages_count"): "0",
    ("status_events", "is_handoff"): "false",
}


def _complete(duck: DuckDBPyConnection, layer: str, table: str, dataset: Dataset) -> None:
    """Give a table the declared columns that the SQL does not make: null, or a plain value."""
    made = {row[0] for row in duck.execute(f"describe {layer}.{table}").fetchall()}
    for column in dataset.columns:
        if column.name not in made:
            duck.execute(
                f"alter table {layer}.{table} add column {column.name} {column.type}"
                f" default {PLAIN_VALUES.get((table, column.name), 'null')}"
            )


def project_datasets(settings: Settings) -> tuple[Dataset, ...]:
    """What the project declares."""
    return published_datasets(settings, lambda: parsed_declarations(settings))


def land(settings: Settings, claim: Claim, scratch: Path, batches: Sequence[Batch]) -> None:
    """What is done between `prepare_batches` and `verify_landed`."""
    land_batches(settings, project_datasets(settings), batches)
    load_tables(settings, claim, scratch)


def load_tables(settings: Settings, claim: Claim, scratch: Path) -> DbtResult:
    """Let dbt load what has landed, all with what is declared."""
    facts = {
        "PQR_RUN_ID": str(claim.run.run_id),
        "PQR_WORLD_ID": str(claim.run.world.world_id),
        "PQR_DATE_MIN": str(claim.run.date_min),
        "PQR_DATE_MAX": str(claim.run.date_max),
    }
    workspace = scratch / "dbt-serving"
    result = run_dbt(settings, layer="serving", target="serving", facts=facts, workspace=workspace)
    assert result.succeeded, [(node.unique_id, node.message) for node in result.failed()]
    return result


def publish_synthetic(
    settings: Settings, scratch: Path, run: Run, size: Size, version: int = 1, keep: int = 2
) -> Publication:
    """Commit, land and publish a run of a synthetic world."""
    with psycopg.connect(settings.postgres.dsn, autocommit=True) as connection:
        claim = claim_run(connection, run, RunFacts(git_sha="0" * 40))
        counts = commit_synthetic(settings, claim, scratch, size, version)
        with exclusive_publication(connection):
            batches = prepare_batches(connection, claim, project_datasets(settings))
            land(settings, claim, scratch, batches)
            verify_landed(connection, claim, batches)
            publication = publish(connection, claim, batches, status="PUBLISHED", counts=counts)
            collect(connection, keep)
        unlock_world(connection, run.world)
    return publication
