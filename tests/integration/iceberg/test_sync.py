"""Publications become snapshots of Iceberg tables: forward, back, other columns, faults."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.iceberg import open_catalog, sync
from orchestration.iceberg.sync import sync_tables
from orchestration.lake.commit import commit_layer, upload_parts
from orchestration.lake.manifest import Manifest
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunCounts, RunFacts, claim_run, unlock_world
from orchestration.publication.batches import prepare_batches
from orchestration.publication.datasets import Dataset, table_names
from orchestration.publication.publish import collect, publish, register_tables
from orchestration.publication.switch import switch_back
from orchestration.run import Run, World
from orchestration.settings import Settings
from orchestration.verify.tables import expire_snapshots, verify_tables

pytestmark = pytest.mark.timeout(600)

FIRST = date(2025, 9, 1)
DATASETS = (
    Dataset("kpi_volume", "kpi_volume_daily"),
    Dataset("tickets", "tickets", layer="silver", schema="silver"),
)
CASE = uuid.UUID("00000000-0000-5000-8000-000000000001")
Files = dict[str, dict[str, dict[str, list[Any]]]]


class Publisher:
    """Publishes files without loading PostgreSQL: what is live is what counts here."""

    def __init__(self, settings: Settings, connection: psycopg.Connection, scratch: Path) -> None:
        self.settings, self.connection, self.scratch = settings, connection, scratch
        self.published = 0

    def publish(self, files: Files, keep: int = 5) -> uuid.UUID:
        """Publish one run that writes these files, by dataset and partition; gives its id."""
        self.published += 1
        last = FIRST + timedelta(days=self.published)
        run = Run.of(World.ingested("iceberg", FIRST), FIRST, last)
        claim = claim_run(self.connection, run, RunFacts(git_sha="0" * 40))
        store = ObjectStore(self.settings.s3)
        for layer in ("silver", "gold"):
            staging = self.scratch / str(self.published) / layer
            staging.mkdir(parents=True)
            for dataset, partitions in files.items():
                if (dataset == "tickets") == (layer == "silver"):
                    for partition, columns in partitions.items():
                        folder = staging / dataset / partition
                        folder.mkdir(parents=True)
                        pq.write_table(pa.table(columns), folder / "p.parquet", store_schema=False)
            manifest = Manifest(
                layer=layer,
                run_id=run.run_id,
                world_id=run.world.world_id,
                date_min=run.date_min,
                date_max=run.date_max,
                build_id=f"{self.published:064x}",
                previous_sha256=None,
                inputs=(),
                objects=tuple(upload_parts(store, staging, layer, run)),
            )
            commit_layer(store, self.connection, claim, manifest)
        batches = prepare_batches(self.connection, claim, DATASETS)
        self.connection.execute("update meta.batches set landed_at = now()")
        publish(self.connection, claim, batches, status="PUBLISHED", counts=RunCounts())
        collect(self.connection, keep)
        unlock_world(self.connection, run.world)
        return run.run_id

    def sync(self) -> sync.Synced:
        return sync_tables(self.settings, self.connection, table_names(DATASETS))

    def rows(self, table: str) -> list[dict[str, Any]]:
        with open_catalog(self.settings) as catalog:
            found = catalog.load_table(table).scan().to_arrow().to_pylist()
        return sorted(found, key=str)

    def shown(self) -> set[str]:
        with open_catalog(self.settings) as catalog:
            tables = [catalog.load_table(name) for name in catalog.table_names()]
        found = [table.current_snapshot() for table in tables]
        return {str(item.summary["pqr.run-id"]) for item in found if item and item.summary}


def volume(*days: int, count: int = 1, **more: Any) -> dict[str, dict[str, list[Any]]]:
    """A file per day with one row."""
    dates = [FIRST + timedelta(days=number) for number in days]
    return {f"day={day}": {"day": [day], "tickets_count": [count], **more} for day in dates}


def tickets(status: str = "CLOSED") -> dict[str, dict[str, list[Any]]]:
    ticket = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([CASE.bytes], pa.binary(16)))
    return {"month=2025-09": {"month": ["2025-09"], "ticket_id": ticket, "status": [status]}}


@pytest.fixture
def publisher(lake: Settings, tmp_path: Path) -> Iterator[Publisher]:
    with psycopg.connect(lake.postgres.dsn, autocommit=True) as connection:
        yield Publisher(lake, connection, tmp_path)


def test_a_publication_is_a_snapshot_of_the_same_files(publisher: Publisher) -> None:
    run_id = publisher.publish({"kpi_volume": volume(0, 1), "tickets": tickets()})
    before = {facts.key for facts in ObjectStore(publisher.settings.s3).list("")}
    assert publisher.sync().files == 3
    assert publisher.shown() == {str(run_id)}
    assert [row["tickets_count"] for row in publisher.rows("gold.kpi_volume_daily")] == [1, 1]
    assert [row["ticket_id"] for row in publisher.rows("silver.tickets")] == [CASE]
    fresh = {facts.key for facts in ObjectStore(publisher.settings.s3).list("")} - before
    assert fresh
    assert all(key.startswith("iceberg/") and key.endswith((".avro", ".json")) for key in fresh)
    assert verify_tables(publisher.settings, publisher.connection) == []
    assert publisher.sync().tables == 0
    assert {item.key for item in ObjectStore(publisher.settings.s3).list("")} == before | fresh


def test_the_tables_follow_the_pointer_back_and_forward(publisher: Publisher) -> None:
    first = publisher.publish({"kpi_volume": volume(0), "tickets": tickets("RECEIVED")})
    publisher.sync()
    second = publisher.publish({"kpi_volume": volume(0, 1, count=2), "tickets": tickets("CLOSED")})
    assert publisher.sync().files == 3
    for run_id, status, days in ((first, "RECEIVED", 1), (second, "CLOSED", 2)):
        switch_back(publisher.connection, run_id)
        (behind,) = verify_tables(publisher.settings, publisher.connection)
        assert (behind.code, behind.is_failure) == ("TABLES_BEHIND", False)
        assert publisher.sync().files == 0
        assert publisher.shown() == {str(run_id)}
        assert [row["status"] for row in publisher.rows("silver.tickets")] == [status]
        assert len(publisher.rows("gold.kpi_volume_daily")) == days
        assert verify_tables(publisher.settings, publisher.connection) == []


def test_columns_that_come_go_and_change_their_type(publisher: Publisher) -> None:
    publisher.publish({"kpi_volume": volume(0), "tickets": tickets()})
    publisher.sync()
    # A new column in a new file only: null in the older one.
    old = publisher.publish({"kpi_volume": volume(1, channel=["chat"])})
    publisher.sync()
    expected = [(1, None), (2, "chat")]
    rows = publisher.rows("gold.kpi_volume_daily")
    assert [(row["day"].day, row["channel"]) for row in rows] == expected
    # Every file anew: only their columns count, with their types.
    publisher.publish({"kpi_volume": volume(0, 1, count=7, channel=[3])})
    publisher.sync()
    assert [row["channel"] for row in publisher.rows("gold.kpi_volume_daily")] == [3, 3]
    switch_back(publisher.connection, old)
    publisher.sync()
    rows = publisher.rows("gold.kpi_volume_daily")
    assert [(row["day"].day, row["channel"]) for row in rows] == expected


def test_a_part_without_rows_gives_a_table_its_columns(publisher: Publisher) -> None:
    empty = {"day=2025-09-01": {"day": pa.array([], pa.date32()), "n": pa.array([], pa.int64())}}
    publisher.publish({"kpi_volume": empty, "tickets": tickets()})
    publisher.sync()
    assert publisher.rows("gold.kpi_volume_daily") == []
    assert verify_tables(publisher.settings, publisher.connection) == []


def test_a_registration_that_fails_changes_no_table_and_the_next_one_repairs_it(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.publish({"kpi_volume": volume(0), "tickets": tickets("RECEIVED")})
    publisher.sync()
    second = publisher.publish({"kpi_volume": volume(1), "tickets": tickets("CLOSED")})
    original = sync.sync_table

    def failing(catalog: Any, cache: Any, name: str, target: Any) -> int:
        if name == "silver.tickets":  # the last one
            raise OSError("no room")
        return original(catalog, cache, name, target)

    monkeypatch.setattr(sync, "sync_table", failing)
    said = register_tables(publisher.settings, publisher.connection, DATASETS)
    assert "NOT registered" in said
    assert "no room" in said
    assert publisher.shown() == {str(first)}
    monkeypatch.undo()
    assert "2 Iceberg tables" in register_tables(publisher.settings, publisher.connection, DATASETS)
    assert publisher.shown() == {str(second)}
    assert register_tables(publisher.settings, publisher.connection, DATASETS) == ""


@pytest.mark.slow
def test_many_publications_have_few_manifests(publisher: Publisher) -> None:
    for number in range(20):
        publisher.publish({"kpi_volume": volume(number), "tickets": tickets(str(number))})
        publisher.sync()
    with open_catalog(publisher.settings) as catalog:
        for table in map(catalog.load_table, ("gold.kpi_volume_daily", "silver.tickets")):
            snapshot = table.current_snapshot()
            assert snapshot is not None
            assert len(snapshot.manifests(table.io)) <= 16
    assert len(publisher.rows("gold.kpi_volume_daily")) == 20
    assert [row["status"] for row in publisher.rows("silver.tickets")] == ["19"]
    assert verify_tables(publisher.settings, publisher.connection) == []


def test_snapshots_of_publications_not_kept_expire_and_data_stay(publisher: Publisher) -> None:
    publisher.publish({"kpi_volume": volume(0), "tickets": tickets("RECEIVED")})
    publisher.sync()
    kept = publisher.publish({"kpi_volume": volume(0, count=2), "tickets": tickets("CLOSED")})
    publisher.sync()
    publisher.publish({"kpi_volume": volume(0, count=3), "tickets": tickets("ARCHIVED")}, keep=2)
    publisher.sync()
    store = ObjectStore(publisher.settings.s3)
    data = {facts.key for facts in store.list("") if not facts.key.startswith("iceberg/")}

    def expire(*, delete: bool, hours: float) -> tuple[int, int]:
        lake, age = (publisher.settings, publisher.connection), timedelta(hours=hours)
        found = expire_snapshots(*lake, delete=delete, older_than=age)
        return found.snapshots, len(found.objects)

    assert expire(delete=False, hours=24) == (0, 0)
    count, files = expire(delete=False, hours=0)
    assert (count, files > 0) == (2, True)
    assert expire(delete=True, hours=0)[0] == 2
    assert expire(delete=True, hours=0)[0] == 0
    assert {f.key for f in store.list("") if not f.key.startswith("iceberg/")} == data
    assert [row["status"] for row in publisher.rows("silver.tickets")] == ["ARCHIVED"]
    switch_back(publisher.connection, kept)
    publisher.sync()
    assert [row["status"] for row in publisher.rows("silver.tickets")] == ["CLOSED"]
    assert verify_tables(publisher.settings, publisher.connection) == []


def test_verification_notices_a_table_that_shows_other_files(publisher: Publisher) -> None:
    publisher.publish({"kpi_volume": volume(0, 1), "tickets": tickets()})
    publisher.sync()
    with open_catalog(publisher.settings) as catalog:
        catalog.load_table("gold.kpi_volume_daily").delete("tickets_count = 1")
        catalog.drop_table("silver.tickets")
    found = verify_tables(publisher.settings, publisher.connection)
    assert {finding.code for finding in found} == {"TABLES_MISMATCH"}
    assert {finding.thing for finding in found} == {
        "iceberg table gold.kpi_volume_daily",
        "tickets",
    }
