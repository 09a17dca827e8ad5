"""Days as runs of their own: whatever the cuts and the order, people see the same."""

import json
from pathlib import Path

import pytest

from orchestration.services.bucket import client
from tests.integration.operate.views import published
from tests.integration.run.lake import ROOT, Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def runs(lake: Lake) -> list[tuple[object, ...]]:
    return lake.query(
        "select date_min::text, date_max::text, status, attempt from meta.etl_runs order by 1"
    )


def test_daily_catches_up_to_yesterday_with_a_run_a_day(daily: Lake) -> None:
    assert [row[:2] for row in runs(daily)] == [
        (day, day) for day in ("2025-09-01", "2025-09-02", "2025-09-03")
    ]
    assert {row[2] for row in runs(daily)} <= {"PUBLISHED", "DEGRADED"}
    layers = daily.query("select run_id, count(distinct layer) from meta.manifest_index group by 1")
    assert [count for _, count in layers] == [6, 6, 6]


def test_daily_has_nothing_to_do_a_second_time(daily: Lake) -> None:
    objects = daily.objects()
    again = daily.pqr("daily", "--json", PQR_TODAY="2025-09-04")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["runs"] == []
    assert "2025-09-03 are published" in json.loads(again.stdout)["note"]
    assert daily.objects() == objects


def test_daily_runs_equal_a_shuffled_backfill_equal_one_run(
    daily: Lake, new_lake: LakeFactory
) -> None:
    whole = new_lake()
    done = whole.pqr("run", "--days", "3")
    assert done.returncode == 0, done.stderr
    shuffled = new_lake()
    order = ("--shuffle-seed", "3", "--concurrency", "2")
    done = shuffled.pqr("backfill", "--start", "2025-09-01", "--days", "3", *order)
    assert done.returncode == 0, done.stderr
    assert [row[3] for row in runs(shuffled)] == [1, 1, 1]
    assert {row[2] for row in runs(shuffled)} <= {"PUBLISHED", "DEGRADED"}
    assert published(daily) == published(whole) == published(shuffled)


def test_a_backfill_that_goes_on_builds_its_new_days_alone(
    daily: Lake, new_lake: LakeFactory
) -> None:
    lake = new_lake()

    def changed(days: int) -> list[bool]:
        done = lake.pqr("backfill", "--start", "2025-09-01", "--days", str(days), "--json")
        assert done.returncode == 0, done.stderr
        return [run["changed"] for run in json.loads(done.stdout)["runs"]]

    assert changed(2) == [True, True]

    def layers() -> list[tuple[object, ...]]:
        return lake.query("select layer, manifest_sha256 from meta.manifest_index order by 1, 2")

    assert changed(3) == [False, False, True]
    committed = layers()
    assert changed(3) == [False, False, False]
    assert layers() == committed
    assert published(lake) == published(daily)
    # What is gone from the bucket is made again, then from all that is committed.
    ((key,),) = lake.query(
        "select key from meta.manifest_objects join meta.manifest_index using (manifest_seq)"
        " join meta.etl_runs using (run_id)"
        " where layer = 'silver' and dataset = 'messages' and date_max = '2025-09-01' limit 1"
    )
    client(lake.settings.s3).delete_object(Bucket=lake.settings.s3.bucket, Key=str(key))
    assert changed(3)[0]
    assert published(lake) == published(daily)


def test_days_that_another_cut_published_are_left_as_they_are(daily: Lake) -> None:
    done = daily.pqr(
        "backfill", "--start", "2025-09-01", "--days", "2", "--chunk-days", "2", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert (
        "2 days are already published by runs over other periods" in json.loads(done.stdout)["note"]
    )


def test_a_changed_configuration_is_refused_with_what_changed(daily: Lake, tmp_path: Path) -> None:
    source = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
    config = tmp_path / "config.yaml"
    text = source.read_text(encoding="utf-8")
    config.write_text(text.replace("1150", "1151"), encoding="utf-8")
    assert config.read_text(encoding="utf-8") != text
    done = daily.pqr("run", "--start", "2025-09-04", "--days", "1", "--config", str(config))
    assert done.returncode == 1, done.stderr
    assert "mean_per_day: 1150.0 -> 1151.0" in done.stderr
    assert "--new-world" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_gap_is_named_and_gone_over_only_when_asked(new_lake: LakeFactory) -> None:
    lake = new_lake()
    assert lake.pqr("run", "--days", "1").returncode == 0
    refused = lake.pqr("daily", "--day", "2025-09-03")
    assert refused.returncode == 1
    assert "2025-09-02 to 2025-09-02" in refused.stderr
    assert "--allow-gap" in refused.stderr
    allowed = lake.pqr("daily", "--day", "2025-09-03", "--allow-gap")
    assert allowed.returncode == 0, allowed.stderr
    assert runs(lake)[-1][2] == "DEGRADED"
    check = lake.query(
        "select result, value, details_json ->> 'missing' from meta.data_quality"
        " where check_name = 'earlier_days_are_there' and result <> 'PASS'"
    )
    assert check == [("WARN", 1, '["2025-09-02"]')]
