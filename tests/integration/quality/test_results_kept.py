"""Great Expectations keeps each result whole or not at all, also when the disk is full."""

import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orchestration.quality.gx import GxClient, GxFailed
from tests.integration.run.lake import ROOT
from tests.soak.breaking import limit_files

SUITE: dict[str, Any] = {
    "name": "bronze.pqrs_events",
    "columns": {"lines": [1, 2, 3]},
    "expectations": [
        {
            "check": "every_line_counts",
            "kind": "ExpectColumnValuesToNotBeNull",
            "kwargs": {"column": "lines"},
            "severity": "critical",
        }
    ],
}


def kept(docs: Path) -> list[str]:
    return sorted(path.name for path in docs.rglob("*.json"))


def test_a_full_disk_leaves_no_result_that_stops_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = partial(subprocess.Popen, preexec_fn=lambda: limit_files(64))
    with monkeypatch.context() as full:
        full.setattr(subprocess, "Popen", limited)
        with GxClient(ROOT) as client, pytest.raises(GxFailed, match="File too large"):
            client.evaluate(tmp_path, "attempt-1", [SUITE])
    assert kept(tmp_path) == []
    with GxClient(ROOT) as client:
        (result,) = client.evaluate(tmp_path, "attempt-2", [SUITE])
    assert result.success
    assert kept(tmp_path) == ["attempt-2.json"]
    assert "1 of 1 passed, attempt-2" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_process_that_was_killed_is_said_to_have_been(tmp_path: Path) -> None:
    with GxClient(ROOT) as client:
        client._process.kill()
        with pytest.raises(GxFailed, match="it was killed, perhaps since the memory was full"):
            client.evaluate(tmp_path, "attempt-1", [SUITE])
