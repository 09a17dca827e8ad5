"""What a run is asked for, as lists of runs show it."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.flows.request import RunRequest, git_sha
from orchestration.settings import load_settings

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 3)


def test_a_request_is_titled_by_its_days() -> None:
    assert RunRequest(start=FIRST, end=FIRST).title == "2025-09-01"
    assert RunRequest(start=FIRST, end=LAST).title == "2025-09-01 to 2025-09-03"
    assert RunRequest(end=LAST).title == "first day to 2025-09-03"
    assert RunRequest(start=FIRST).title == "2025-09-01 to 30 days on"


def test_where_there_is_no_git_a_run_has_no_revision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_sha(load_settings({"PQR_HOME": str(tmp_path)})) is None
