"""One bad line in a thousand is set aside and the rest is published, by each way into bronze."""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from orchestration.lake.commit import checksums_body
from orchestration.lake.committed import committed_manifest, known_run, read_manifest
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.paths import checksums
from orchestration.lake.store import ObjectStore
from orchestration.services.bucket import client
from tests.integration.run.lake import ROOT, Lake, LakeFactory

# A run each, on a machine that may be busy.
pytestmark = pytest.mark.timeout(1500)

SAMPLE = ROOT / "docs" / "ingest" / "pqrs_entidad.csv"


@pytest.mark.slow
def test_simulated_lines_that_were_tampered_with(new_lake: LakeFactory) -> None:
    lake = new_lake()
    run_id = simulated(lake)
    tamper(lake, run_id, per_thousand=1)
    assert_published(lake, lake.pqr("run", "--days", "1").returncode, "JSON_TRUNCATED")


@pytest.mark.slow
def test_a_replay_of_bronze(new_lake: LakeFactory) -> None:
    lake = new_lake()
    run_id = simulated(lake)
    tamper(lake, run_id, per_thousand=1)
    assert lake.pqr("bronze", run_id).returncode == 0
    replayed = lake.pqr("bronze", run_id, "--replay")
    assert replayed.returncode == 0, replayed.stderr
    assert "bronze unchanged" in replayed.stdout
    assert "0 in quarantine" not in replayed.stdout
    assert_published(lake, lake.pqr("run", "--days", "1").returncode, "JSON_TRUNCATED")


@pytest.mark.slow
def test_too_many_bad_lines_publish_nothing(new_lake: LakeFactory) -> None:
    lake = new_lake()
    tamper(lake, simulated(lake), per_thousand=20)
    done = lake.pqr("run", "--days", "1")
    assert done.returncode == 1
    assert "QUARANTINE_LIMIT" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert lake.query("select status from meta.etl_runs") == [("FAILED",)]
    assert lake.query("select layer from meta.manifest_index") == [("raw",)]
    assert lake.query("select count(*) from meta.publications") == [(0,)]


@pytest.mark.parametrize(
    "reason", ["JSON_TRUNCATED", pytest.param("TS_UNPARSABLE", marks=pytest.mark.slow)]
)
def test_a_delivery_of_lines(new_lake: LakeFactory, tmp_path: Path, reason: str) -> None:
    lake = new_lake()
    made = lake.pqr("simulate", "--days", "1", "--to", str(tmp_path / "world"))
    assert made.returncode == 0, made.stderr
    source = next((tmp_path / "world").rglob("*source=email*/**/*.jsonl"))
    lines = source.read_bytes().splitlines(keepends=True)
    victim = next(index for index, line in enumerate(lines) if b"MESSAGE_ADDED" in line)
    if reason == "JSON_TRUNCATED":
        lines[victim] = cut(lines[victim])
    else:
        event = json.loads(lines[victim])
        lines[victim] = json.dumps({**event, "ts": "2025-09-01T99:00:00Z"}).encode() + b"\n"
    delivered = tmp_path / "events.jsonl"
    delivered.write_bytes(b"".join(lines))
    done = lake.pqr("ingest", str(delivered), "--source", "email", "--publish", "--start",
                    "2025-09-01", "--end", "2025-09-01")  # fmt: skip
    assert_published(lake, done.returncode, reason)


@pytest.mark.slow
def test_a_delivery_of_a_table(new_lake: LakeFactory, tmp_path: Path) -> None:
    lake = new_lake()
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    many = [[f"{row[0]}-{number}", *row[1:]] for number in range(200) for row in rows]
    many[7][1] = "03/99/2025"
    delivered = tmp_path / "cases.csv"
    with delivered.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *many])
    mapping = str(SAMPLE.with_suffix(".yaml"))
    done = lake.pqr("ingest", str(delivered), "--mapping", mapping, "--source", "webform",
                    "--publish")  # fmt: skip
    # A cell is judged before bronze: the row is listed, and bronze has nothing to warn of.
    assert_published(lake, done.returncode, "TIME_FORMAT", warns=False)


def simulated(lake: Lake) -> str:
    """Commit the raw events of a day; gives the run_id."""
    done = lake.pqr("simulate", "--days", "1")
    assert done.returncode == 0, done.stderr
    return str(lake.query("select run_id from meta.etl_runs")[0][0])


def cut(line: bytes) -> bytes:
    """A line that ends before its JSON does."""
    return line[: len(line) // 2] + b"\n"


def tamper(lake: Lake, run_id: str, per_thousand: int) -> None:
    """Cut messages of committed raw objects, and commit the objects as they are then."""
    store = ObjectStore(lake.settings.s3)
    with psycopg.connect(lake.settings.postgres.admin_dsn) as connection:
        run, _ = known_run(connection, UUID(run_id))
        committed = committed_manifest(connection, run, "raw")
        assert committed is not None
        manifest = read_manifest(store, committed)
        refs = tuple(tampered(lake, store, ref, per_thousand) for ref in manifest.objects)
        sums = checksums_body(refs)
        parameters = {
            **manifest.parameters, "checksums_sha256": hashlib.sha256(sums).hexdigest()
        }  # fmt: skip
        changed = replace(manifest, objects=refs, parameters=parameters)
        write(lake, checksums(run), sums)
        write(lake, committed.key, changed.to_bytes())
        connection.execute(
            "update meta.manifest_index set manifest_sha256 = %s where manifest_seq = %s",
            [changed.sha256, committed.manifest_seq],
        )
        for ref in refs:
            connection.execute(
                "update meta.manifest_objects set size = %s, sha256 = %s where key = %s",
                [ref.size, ref.sha256, ref.key],
            )


def tampered(lake: Lake, store: ObjectStore, ref: ObjectRef, per_thousand: int) -> ObjectRef:
    lines = store.get(ref.key).splitlines(keepends=True)
    victims = [index for index, line in enumerate(lines) if b"MESSAGE_ADDED" in line]
    for index in victims[: max(1, len(lines) * per_thousand // 1000)]:
        lines[index] = cut(lines[index])
    body = b"".join(lines)
    write(lake, ref.key, body)
    return replace(ref, size=len(body), sha256=hashlib.sha256(body).hexdigest())


def write(lake: Lake, key: str, body: bytes) -> None:
    client(lake.settings.s3).put_object(Bucket=lake.settings.s3.bucket, Key=key, Body=body)


def assert_published(lake: Lake, code: int, reason: str, *, warns: bool = True) -> None:
    """The run ended well, people see it, and `pqr quarantine` lists what was set aside."""
    (run,) = lake.query("select run_id::text, status, error from meta.etl_runs")
    assert code == 0, run
    assert run[1] == ("DEGRADED" if warns else "PUBLISHED")
    warned = lake.query("select check_name from meta.data_quality where result = 'WARN'")
    assert (("quarantined_pct",) in warned) == warns
    assert lake.query("select run_id::text from meta.live_publication") == [(run[0],)]
    listed = lake.pqr("quarantine", "--json")
    assert listed.returncode == 0, listed.stderr
    assert {(row["run_id"], row["reason"]) for row in json.loads(listed.stdout)} == {
        (run[0], reason)
    }
    lines = lake.pqr("quarantine", str(run[0]), "--show", "--reason", reason)
    assert reason in lines.stdout
    assert lake.pqr("verify").returncode == 0
