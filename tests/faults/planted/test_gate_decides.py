"""A critical failure stops the run before publication; a warning publishes as DEGRADED."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CHECK = "events_per_creation: {severity: warning, min: 1.5, max: 60}"


def with_policy(project: Path, *edits: tuple[str, str]) -> None:
    path = project / "orchestration" / "quality" / "policy.yml"
    text = (ROOT / "orchestration" / "quality" / "policy.yml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def run(lake: Lake, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        lake.command("run", "--days", "3", "--json"),
        env={**lake.environment, "PYTHONPATH": str(project)},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_critical_stops_and_warning_degrades(published: Lake, project: Path) -> None:
    live = published.query("select publication_id, is_degraded from meta.live_publication")
    volume = published.query("select sum(tickets_count) from gold.kpi_volume_daily")
    impossible = "events_per_creation: {severity: critical, min: 1000}"

    with_policy(project, (CHECK, impossible))
    stopped = run(published, project)
    assert stopped.returncode == 1, stopped.stderr
    # Progress goes before it; the reason is one line.
    reason = stopped.stderr.strip().splitlines()[-1]
    assert reason.startswith("pqr: bronze: check bronze.pqrs_events.events_per_creation measured")
    assert "allowed at least 1000" in reason
    assert published.query("select publication_id, is_degraded from meta.live_publication") == live
    assert published.query("select sum(tickets_count) from gold.kpi_volume_daily") == volume
    failed = published.query("select status, error from meta.etl_runs where status = 'FAILED'")
    assert len(failed) == 1
    assert "events_per_creation" in str(failed[0][1])
    rows = published.query(
        "select result, severity, threshold from meta.data_quality where result = 'FAIL'"
    )
    assert [(row[0], row[1], float(str(row[2]))) for row in rows] == [("FAIL", "critical", 1000.0)]

    # The record speaks for bronze, which is committed: asking again does not make it pass.
    assert run(published, project).returncode == 1

    # An exception was granted: it publishes, with the flag and the reason.
    reason = "Accepted for the exercise"
    override = (
        "overrides:\n  - {check: bronze.pqrs_events.events_per_creation, severity: warning,"
        f" reason: {reason}}}\n"
    )
    with_policy(project, (CHECK, impossible), ("overrides: []\n", override))
    degraded = run(published, project)
    assert degraded.returncode == 0, degraded.stderr
    assert json.loads(degraded.stdout)["status"] == "DEGRADED"
    assert published.query("select is_degraded from meta.live_publication") == [(True,)]
    recorded = published.query(
        "select details_json ->> 'override' from meta.data_quality where result = 'WARN'"
    )
    assert recorded == [(reason,)]

    # Back to the policy of the project: fine again.
    again = published.pqr("run", "--days", "3", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["status"] == "PUBLISHED"


def test_a_changed_test_judges_what_is_committed(published: Lake, project: Path) -> None:
    assert published.pqr("run", "--days", "3").returncode == 0
    live = published.query("select publication_id, is_degraded from meta.live_publication")
    objects = published.checksums()
    test = project / "tests" / "dbt" / "gold" / "no_day_is_right.sql"
    query = "{{ config(tags=['gold']) }}\n\nselect day from {{ ref('gold_kpi_volume') }}\n"
    test.write_text(query, encoding="utf-8")
    for _ in range(2):  # asked again, it does not pass either
        stopped = run(published, project)
        assert stopped.returncode == 1, stopped.stdout
        assert "no_day_is_right" in stopped.stderr.strip().splitlines()[-1]
    assert published.query("select publication_id, is_degraded from meta.live_publication") == live

    test.write_text(query.replace("gold']", "gold'], severity='warn'"), encoding="utf-8")
    degraded = run(published, project)
    assert degraded.returncode == 0, degraded.stderr
    assert json.loads(degraded.stdout)["status"] == "DEGRADED"

    # The test is taken away again, and nothing was built that was not there.
    healed = published.pqr("run", "--days", "3", "--json")
    assert healed.returncode == 0, healed.stderr
    steps = {step["step"]: step["skipped"] for step in json.loads(healed.stdout)["steps"]}
    assert steps["raw"]
    assert steps["bronze"]
    assert steps["silver"]
    assert json.loads(healed.stdout)["status"] == "PUBLISHED"
    assert published.checksums() == objects


def test_quality_shows_the_checks_and_writes_one_page(published: Lake, tmp_path: Path) -> None:
    page = tmp_path / "quality.html"
    shown = published.pqr("quality", "--html", str(page))
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "great_expectations" in shown.stdout
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    for outside in ("http://", "https://", "<script", "@import", "url("):
        assert outside not in text
    plain = json.loads(published.pqr("quality", "--json").stdout)
    assert {check["layer"] for check in plain["checks"]} == {"bronze", "silver", "gold", "serving"}
    unknown = published.pqr("quality", "00000000-0000-4000-8000-000000000000")
    assert unknown.returncode == 2
    assert "00000000-0000-4000-8000-000000000000" in unknown.stderr
