"""What a run is asked for, as lists of runs show it."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.flows.request import BackfillRequest, DailyRequest, RunRequest, git_sha
from orchestration.settings import load_settings

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 3)


def test_a_request_is_titled_by_its_days() -> None:
    assert RunRequest(start=FIRST, end=FIRST).title == "2025-09-01"
    assert RunRequest(start=FIRST, end=LAST).title == "2025-09-01 to 2025-09-03"
    assert RunRequest(end=LAST).title == "2025-09-01 to 2025-09-03"
    assert RunRequest().title == "2025-09-01 to 2025-09-30"
    assert RunRequest(end=LAST, scenario="spike", seed=7).title == (
        "2025-09-01 to 2025-09-03, scenario spike, seed 7"
    )
    assert DailyRequest(day=FIRST).title == "2025-09-01"
    assert DailyRequest().title == "missing days"
    assert BackfillRequest(start=FIRST, end=LAST).title == "2025-09-01 to 2025-09-03"


def test_a_request_that_is_not_valid_has_a_title_all_the_same() -> None:
    assert RunRequest(start=LAST, end=FIRST).title == "2025-09-03 to 2025-09-01"


def test_where_there_is_no_git_a_run_has_no_revision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_sha(load_settings({"PQR_HOME": str(tmp_path)})) is None
