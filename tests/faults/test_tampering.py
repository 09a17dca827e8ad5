"""Whatever is done to a committed object, `verify` names it; what is left over is not read."""

from uuid import UUID

import pytest

from orchestration.bronze.quarantine import quarantined_lines
from orchestration.verify.findings import Finding
from orchestration.verify.lake import NothingToVerifyError, verify_lake
from tests.faults.conftest import Lake

pytestmark = pytest.mark.slow


def findings(lake: Lake) -> list[Finding]:
    return list(verify_lake(lake.settings, lake.connection).findings)


def overwrite(lake: Lake, key: str, body: bytes) -> None:
    lake.store._put(key, body)


def data_keys(lake: Lake) -> list[str]:
    rows = lake.connection.execute("select key from meta.manifest_objects order by key").fetchall()
    return [key for (key,) in rows]


def test_a_sound_lake_has_no_findings(committed: Lake) -> None:
    report = verify_lake(committed.settings, committed.connection)
    assert report.findings == ()
    assert report.is_sound
    assert report.objects == len(data_keys(committed))


def test_every_object_deleted_is_named(committed: Lake) -> None:
    for key in data_keys(committed):
        body = committed.store.get(key)
        committed.store.delete(key)
        assert [(f.code, f.thing) for f in findings(committed)] == [("OBJECT_MISSING", key)]
        overwrite(committed, key, body)


def test_every_object_truncated_or_flipped_is_named(committed: Lake) -> None:
    for key in data_keys(committed):
        body = committed.store.get(key)
        if body:
            overwrite(committed, key, body[:-1])
            assert [(f.code, f.thing) for f in findings(committed)] == [("SIZE_MISMATCH", key)]
            middle = len(body) // 2
            flipped = bytes([body[middle] ^ 1])
            overwrite(committed, key, body[:middle] + flipped + body[middle + 1 :])
            assert [(f.code, f.thing) for f in findings(committed)] == [("SHA_MISMATCH", key)]
        else:
            overwrite(committed, key, b"\n")
            assert [(f.code, f.thing) for f in findings(committed)] == [("SIZE_MISMATCH", key)]
        overwrite(committed, key, body)
    assert findings(committed) == []


def test_two_objects_swapped_are_both_named(committed: Lake) -> None:
    parts = [key for key in data_keys(committed) if key.startswith("bronze/pqrs_events/")]
    first, second = (committed.store.get(key) for key in parts[:2])
    overwrite(committed, parts[0], second)
    overwrite(committed, parts[1], first)
    assert {f.thing for f in findings(committed)} == set(parts[:2])


def test_a_stray_part_is_reported_and_fails_nothing(committed: Lake) -> None:
    part = next(key for key in data_keys(committed) if key.startswith("bronze/pqrs_events/"))
    stray = part.rpartition("/")[0] + "/part-000000000000.parquet"
    overwrite(committed, stray, committed.store.get(part))
    report = verify_lake(committed.settings, committed.connection)
    assert [(f.code, f.thing) for f in report.findings] == [("OBJECT_EXTRA", stray)]
    assert report.is_sound


@pytest.mark.parametrize("layer", ["raw", "bronze"])
def test_a_replaced_manifest_is_named(committed: Lake, layer: str) -> None:
    rows = committed.connection.execute(
        "select s3_manifest_path from meta.manifest_index where layer = %s", [layer]
    ).fetchall()
    key = rows[0][0]
    body = committed.store.get(key)
    for other in (body.replace(b'"lines": 12', b'"lines": 13'), b"{}", body[:50]):
        if other == body:
            continue
        overwrite(committed, key, other)
        assert ("MANIFEST_INVALID", key) in [(f.code, f.thing) for f in findings(committed)]
    committed.store.delete(key)
    found = [f for f in findings(committed) if (f.code, f.thing) == ("MANIFEST_INVALID", key)]
    assert "bring the object back from a copy of the bucket" in found[0].detail


def test_changed_checksums_are_named(committed: Lake) -> None:
    key = next(key for key in committed.objects() if key.endswith("checksums.json"))
    overwrite(committed, key, b"{}")
    assert [(f.code, f.thing) for f in findings(committed)] == [("CHECKSUMS_MISMATCH", key)]


def test_an_index_that_names_another_object_is_named(
    committed: Lake,
) -> None:
    import psycopg

    key = next(key for key in data_keys(committed) if key.startswith("bronze/pqrs_events/"))
    with psycopg.connect(committed.settings.postgres.admin_dsn, autocommit=True) as admin:
        admin.execute("update meta.manifest_objects set rows = rows + 1 where key = %s", [key])
    assert {f.code for f in findings(committed)} == {"INDEX_MISMATCH"}


def test_a_tampered_raw_object_stops_bronze(world: Lake) -> None:
    killed = world.attempt(kill_at="raw.after_commit")
    assert killed.exit_code != 0
    key = next(key for key in world.objects() if key.endswith("events.jsonl"))
    body = world.store.get(key)
    overwrite(world, key, body.replace(b"mensaje", b"mensajE", 1))
    answer = world.attempt().answer
    assert answer["error"] == "RawConflict"
    assert key in answer["message"]
    assert world.store.get(key) != body, "what is there is never overwritten"


def test_a_run_without_anything_committed_cannot_be_verified(committed: Lake) -> None:
    nobody = UUID(int=7)
    with pytest.raises(NothingToVerifyError, match=str(nobody)):
        verify_lake(committed.settings, committed.connection, nobody)
    assert quarantined_lines(committed.settings, committed.connection, run_id(committed)) == []


def run_id(lake: Lake) -> UUID:
    rows = lake.connection.execute("select run_id from meta.etl_runs").fetchall()
    found: UUID = rows[0][0]
    return found
