"""What the metrics say about a snapshot, and that their names keep Prometheus' conventions."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric

from orchestration.metrics.families import families
from orchestration.metrics.rows import (
    AtRisk,
    Backlog,
    CheckCount,
    Count,
    Created,
    LakeLayer,
    LatestRun,
    LayerFigures,
    LayerTry,
    Live,
    ModelQuality,
    Sla,
    Snapshot,
)

RUN = UUID("22222222-2222-5222-8222-222222222222")
LATEST = LatestRun(
    run_id=RUN,
    world_id=RUN,
    run_seq=1,
    status="RUNNING",
    attempt=2,
    date_min=date(2025, 9, 1),
    date_max=date(2025, 9, 30),
    git_sha=None,
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    finished_at=None,
)


def at(seconds: int) -> datetime:
    return LATEST.started_at + timedelta(seconds=seconds)


FULL = Snapshot(
    runs=(Count("RUNNING", 1), Count("PUBLISHED", 4)),
    latest=LATEST,
    layers=(LayerFigures("raw", 14.5, None, 1000, 5000), LayerFigures("gold", None, None, 7, 9)),
    quarantine=(Count("JSON_SYNTAX", 3),),
    checks=(CheckCount("silver", "critical", "PASS", 2), CheckCount("gold", "critical", "PASS", 3)),
    live=Live(7, RUN, RUN, "DEGRADED", date(2025, 9, 1), date(2025, 9, 30), LATEST.started_at),
    created=(Created("email", "P", 10),),
    tries=(
        LayerTry(1, "raw", "SUCCEEDED", 14.5, 1000, 5000, None, None, at(60), at(60)),
        LayerTry(2, "raw", "SKIPPED", 0.5, 1000, 5000, None, None, at(101), at(101)),
        LayerTry(2, "bronze", "RUNNING", 20.0, 400, 900, 3, 12, at(110), at(120)),
    ),
    lake=(LakeLayer("raw", 5, 5000, 0, 0), LakeLayer("gold", 6, 80, 2, 30)),
    backlog=(Backlog("P", "Andina", 20, 16), Backlog("P", "Caribe", 2, None)),
    at_risk=(AtRisk("P", 3),),
    sla=(Sla("P", 100, 90, None),),
    models=(ModelQuality("rules", 400, 320, 240, 2.5), ModelQuality("tfidf_lr", 9, 0, 0, None)),
)


class Fixed:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def collect(self) -> list[Metric]:
        return list(families(self.snapshot))


def samples(snapshot: Snapshot) -> dict[str, float]:
    return {
        sample.name + "".join(f"|{value}" for value in sample.labels.values()): sample.value
        for family in families(snapshot)
        for sample in family.samples
    }


def test_the_status_of_the_latest_run_is_one_and_all_others_are_zero() -> None:
    shown = samples(FULL)
    assert shown["pqr_run_state|RUNNING"] == 1
    assert sum(value for name, value in shown.items() if name.startswith("pqr_run_state")) == 1


def test_statuses_without_runs_are_zero_not_absent() -> None:
    shown = samples(Snapshot())
    assert shown == {
        f"pqr_runs|{name}": 0
        for name in ("RUNNING", "PUBLISHED", "DEGRADED", "COMMITTED", "FAILED", "CANCELLED")
    }


def test_checks_are_added_over_the_layers() -> None:
    assert samples(FULL)["pqr_checks|critical|PASS"] == 5
    assert samples(FULL)["pqr_checks|critical|FAIL"] == 0


def test_what_a_layer_does_not_know_has_no_sample() -> None:
    shown = samples(FULL)
    assert shown["pqr_layer_seconds|raw"] == 14.5
    assert "pqr_layer_seconds|gold" not in shown
    assert "pqr_overdue_tickets|P" not in shown


def test_a_run_without_quarantine_still_has_a_series() -> None:
    assert samples(FULL)["pqr_quarantined_lines|JSON_SYNTAX"] == 3
    assert samples(replace(FULL, quarantine=()))["pqr_quarantined_lines|none"] == 0


def test_the_last_published_day_ends_at_colombian_midnight() -> None:
    shown = samples(FULL)["pqr_published_last_day_end_timestamp_seconds"]
    assert datetime.fromtimestamp(shown, UTC) == datetime(2025, 10, 1, 5, tzinfo=UTC)


def test_progress_is_that_of_the_last_attempt() -> None:
    shown = samples(FULL)
    assert shown["pqr_progress_ratio|raw"] == 1
    assert shown["pqr_progress_ratio|bronze"] == 0.25
    assert shown["pqr_progress_ratio|silver"] == 0
    assert shown["pqr_progress_rows_per_second|bronze"] == 20
    assert shown["pqr_progress_rows_per_second|raw"] == 0
    assert shown["pqr_run_progress_timestamp_seconds"] == at(110).timestamp()
    assert shown["pqr_run_heartbeat_timestamp_seconds"] == at(120).timestamp()


def test_before_its_first_step_an_attempt_is_as_old_as_its_start() -> None:
    shown = samples(replace(FULL, tries=()))
    assert shown["pqr_run_heartbeat_timestamp_seconds"] == at(0).timestamp()
    assert shown["pqr_progress_ratio|raw"] == 0


def test_a_day_that_is_not_published_has_no_backlog() -> None:
    shown = samples(FULL)
    assert shown["pqr_backlog_week_ago_tickets|P|Andina"] == 16
    assert "pqr_backlog_week_ago_tickets|P|Caribe" not in shown


def test_the_drift_of_a_model_is_a_ratio_and_absent_where_nothing_can_be_compared() -> None:
    shown = samples(FULL)
    assert shown["pqr_model_drift_ratio|rules"] == 0.025
    assert shown["pqr_model_answered_tickets|tfidf_lr"] == 0
    assert "pqr_model_drift_ratio|tfidf_lr" not in shown


def test_a_run_that_goes_on_has_finished_at_zero() -> None:
    assert samples(FULL)["pqr_run_finished_timestamp_seconds"] == 0


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool: apt install prometheus")
def test_promtool_finds_nothing_against_the_names() -> None:
    registry = CollectorRegistry()
    registry.register(Fixed(FULL))
    linted = subprocess.run(
        ["promtool", "check", "metrics"], input=generate_latest(registry), capture_output=True
    )
    assert linted.returncode == 0, linted.stderr.decode()
