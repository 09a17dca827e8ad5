"""What `pqr run` promises, seen from outside: published, repeatable, resumable, reproducible."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory

# A whole run a test, on a machine that may be busy.
pytestmark = pytest.mark.timeout(1000)

VIEWS = (
    "silver.tickets", "silver.messages", "silver.status_events", "silver.attachments",
    "silver.preclassification",
    "silver.v_tickets_open", "silver.v_sla_summary",
    "core.tickets", "core.ticket_events", "core.messages",
    "gold.kpi_volume_daily", "gold.kpi_backlog_daily", "gold.kpi_sla_daily",
    "gold.kpi_first_response_daily", "gold.kpi_close_time_daily",
    "meta.runs", "meta.quality_checks", "meta.lineage", "meta.etl_runs", "meta.task_runs",
    "meta.data_quality", "meta.manifest_index",
)  # fmt: skip


def row_checksums(lake: Lake) -> dict[str, str]:
    """md5 over the ordered rows of every published data view."""
    found = {}
    for view in VIEWS:
        if view.startswith(("silver", "gold", "core")):
            rows = lake.query(f"select t::text from {view} as t order by 1")
            digest = hashlib.md5("\n".join(str(row[0]) for row in rows).encode())
            found[view] = digest.hexdigest()
    return found


def test_every_view_is_filled(published: Lake) -> None:
    for view in VIEWS:
        assert published.query(f"select count(*) from {view}")[0][0], view


def test_an_open_case_has_a_term_only_once_it_is_registered(published: Lake) -> None:
    counted = published.query(
        "select count(*) filter (where radicated_at is null),"
        " count(*) filter (where remaining_days is null and overdue_days is null"
        " and overdue_seconds is null), bool_and(radicated_at is null = (sla_days is null))"
        " from silver.v_tickets_open"
    )
    ((unregistered, without_term, agree),) = counted
    assert unregistered == without_term > 0
    assert agree


def test_the_run_is_recorded_with_its_layers_and_checks(published: Lake) -> None:
    run = published.query(
        "select status, raw_objects_count, bronze_rows, silver_rows, gold_rows, seed, git_sha"
        " from meta.etl_runs"
    )
    assert len(run) == 1
    status, raw_objects, bronze, silver, gold, seed, _ = run[0]
    assert status in ("PUBLISHED", "DEGRADED")
    assert raw_objects == 15
    assert seed == 42
    assert bronze == silver
    assert gold
    layers = {row[0] for row in published.query("select layer from meta.task_runs")}
    assert layers == {"raw", "bronze", "enrichment", "silver", "gold", "serving"}
    assert published.query("select count(*) from meta.data_quality where result = 'PASS'")[0][0]


def test_raw_simulated_again_leaves_a_published_run_published(published: Lake) -> None:
    again = published.pqr("simulate", "--days", "3")
    assert again.returncode == 0, again.stderr
    assert published.query("select status from meta.etl_runs") == [("PUBLISHED",)]


def test_a_second_run_changes_nothing_and_says_so(published: Lake) -> None:
    objects = published.objects()
    pointer = published.query("select publication_id from meta.current_publication")
    again = published.pqr("run", "--days", "3", "--json")
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout)
    assert report["changed"] is False
    assert all(step["skipped"] for step in report["steps"])
    assert published.objects() == objects
    assert published.query("select publication_id from meta.current_publication") == pointer


@pytest.mark.slow
def test_killed_anywhere_the_next_run_ends_with_the_same_bytes(
    published: Lake, new_lake: LakeFactory
) -> None:
    other = new_lake()
    process = subprocess.Popen(
        other.command("run", "--days", "3"),
        env=other.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("bronze"):  # raw and bronze are committed, silver has begun
            break
    time.sleep(2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert other.query("select count(*) from meta.publications")[0][0] == 0
    done = other.pqr("run", "--days", "3", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["attempt"] == 2
    skipped = {step["step"] for step in report["steps"] if step["skipped"]}
    assert {"raw", "bronze"} <= skipped
    assert other.checksums() == published.checksums()
    assert row_checksums(other) == row_checksums(published)


def test_a_killed_run_leaves_no_server_behind(new_lake: LakeFactory) -> None:
    lake = new_lake()
    # A server that stayed would hold the pipes, and this would wait for it.
    killed = subprocess.run(
        lake.command("run", "--days", "1"),
        env={**lake.environment, "PQR_TESTING": "1", "PQR_KILL_AT": "raw.after_commit"},
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr


@pytest.mark.slow
def test_an_edited_kpi_rebuilds_gold_and_nothing_before_it(published: Lake, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    model = copy / "dbt_project" / "models" / "gold" / "gold_kpi_volume.sql"
    model.write_text(model.read_text(encoding="utf-8") + "\n-- An edit.\n", encoding="utf-8")
    before = published.checksums()
    done = subprocess.run(
        published.command("run", "--days", "3", "--json"),
        env={**published.environment, "PYTHONPATH": str(copy)},
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = {step["step"]: step["skipped"] for step in json.loads(done.stdout)["steps"]}
    assert steps == {
        "raw": True, "bronze": True, "enrichment": True, "silver": True, "gold": False,
        "serving": False,
    }  # fmt: skip
    assert published.checksums() == before
    # The edit is taken back: the build of before counts again, and is not built again.
    back = published.pqr("run", "--days", "3", "--json")
    assert back.returncode == 0, back.stderr
    steps = {step["step"]: step["skipped"] for step in json.loads(back.stdout)["steps"]}
    assert steps["gold"] is True
