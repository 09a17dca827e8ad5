"""Publications without a lake: committed objects that exist in the index alone, rows by SQL.

Every figure of a run is its version, and `git_sha` says which version a run is.
As a program it publishes one version, to be killed on the way:
    python fabricated.py <dsn> <version>
"""

import hashlib
import sys
from datetime import date

import psycopg

from orchestration.meta.control import RunCounts, RunFacts, claim_run, unlock_world
from orchestration.progress import reach
from orchestration.publication.batches import (
    Batch,
    exclusive_publication,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.datasets import Dataset
from orchestration.publication.publish import Publication, collect, publish
from orchestration.run import Claim, Run, World

DAY = date(2025, 9, 1)
DATASETS = (
    Dataset("kpi_backlog", "kpi_backlog_daily"),
    Dataset("kpi_sla", "kpi_sla_daily"),
    Dataset("kpi_volume", "kpi_volume_daily"),
)
# One row a case: the dataset's own grain, so that keys, references and checks hold.
ROWS = {
    "kpi_backlog": (
        "insert into serving.kpi_backlog_daily (batch_id, day, pqrs_type, region, backlog_count)"
        " select %(batch)s, %(day)s, t, r, %(version)s from unnest(array['P', 'Q', 'R', 'S']) t,"
        " unnest(array['Andina', 'Caribe', 'Insular']) r",
        12,
    ),
    "kpi_sla": (
        "insert into serving.kpi_sla_daily"
        " (batch_id, day, pqrs_type, closings_count, within_sla_count, within_sla_pct,"
        " overdue_count, extensions_count, refused_extensions_count)"
        " select %(batch)s, %(day)s, t, %(version)s, 0, 0, 0, 0, 0"
        " from unnest(array['P', 'Q', 'R', 'S']) t",
        4,
    ),
    "kpi_volume": (
        "insert into serving.kpi_volume_daily (batch_id, day, channel, pqrs_type, tickets_count)"
        " select %(batch)s, %(day)s, c, t, %(version)s from unnest(array['email', 'chat']) c,"
        " unnest(array['P', 'Q', 'R', 'S']) t",
        8,
    ),
}


def fabricated_run(version: int, name: str = "fabricated") -> Run:
    return Run.of(World.ingested(name, DAY), DAY, DAY, delivery=f"version {version}")


def claim_version(connection: psycopg.Connection, version: int) -> Claim:
    return claim_run(connection, fabricated_run(version), RunFacts(git_sha=str(version)))


def commit_fabricated(connection: psycopg.Connection, claim: Claim) -> None:
    """Index a gold manifest whose objects were never written."""
    run = claim.run
    sha256 = hashlib.sha256(str(run.run_id).encode()).hexdigest()
    with connection.transaction():
        row = connection.execute(
            "insert into meta.manifest_index (run_id, world_id, layer, build_id, s3_manifest_path,"
            " manifest_sha256, attempt, rows) values (%s, %s, 'gold', %s, 'none', %s, %s, 24)"
            " on conflict do nothing returning manifest_seq",
            [run.run_id, run.world.world_id, sha256[:12], sha256, claim.attempt],
        ).fetchone()
        for name, (_, rows) in ROWS.items() if row else ():
            connection.execute(
                "insert into meta.manifest_objects"
                " (manifest_seq, dataset, partition, key, size, sha256, rows)"
                " values (%s, %s, %s, %s, 1, %s, %s)",
                [row[0], name, f"day={DAY}", f"gold/{name}/{run.run_id}", sha256, rows],
            )


def land_fabricated(
    connection: psycopg.Connection, batches: tuple[Batch, ...], version: int
) -> None:
    """Put the rows of pending batches into serving, each dataset in a transaction of its own."""
    for batch in batches:
        if not batch.is_landed:
            with connection.transaction():
                connection.execute(
                    f"delete from serving.{batch.table} where batch_id = %s", [batch.batch_id]
                )
                connection.execute(
                    ROWS[batch.dataset][0],
                    {"batch": batch.batch_id, "day": DAY, "version": version},
                )
            reach("land.after_model")


def publish_version(connection: psycopg.Connection, version: int, keep: int = 2) -> Publication:
    """From claim to collection, as the flow does it."""
    claim = claim_version(connection, version)
    reach("publish.after_claim")
    commit_fabricated(connection, claim)
    with exclusive_publication(connection):
        batches = prepare_batches(connection, claim, DATASETS)
        land_fabricated(connection, batches, version)
        verify_landed(connection, claim, batches)
        publication = publish(
            connection, claim, batches, status="PUBLISHED", counts=RunCounts(gold_rows=24)
        )
        collect(connection, keep)
    unlock_world(connection, claim.run.world)
    return publication


if __name__ == "__main__":
    with psycopg.connect(sys.argv[1], autocommit=True) as own_connection:
        publish_version(own_connection, int(sys.argv[2]))


def shown(connection: psycopg.Connection) -> list[int]:
    """What people see: the versions of the live publication."""
    return [
        row[0]
        for row in connection.execute(
            "select distinct tickets_count from gold.kpi_volume_daily"
        ).fetchall()
    ]
