"""The Data Docs of a run show every result that was written whole."""

import json
from pathlib import Path

import pytest

from orchestration.quality.gx_page import write_page


def keep(docs: Path, run_name: str, text: str) -> None:
    file = docs / "results" / "bronze.pqrs_events" / f"{run_name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def result() -> str:
    counts = {"successful_expectations": 2, "evaluated_expectations": 2}
    return json.dumps({"meta": {}, "statistics": counts, "success": True, "results": []})


@pytest.mark.parametrize("cut_off", ["", result()[:40]])
def test_a_result_that_was_cut_off_does_not_stop_the_next_try(tmp_path: Path, cut_off: str) -> None:
    keep(tmp_path, "attempt-1", cut_off)
    keep(tmp_path, "attempt-2", result())
    page = write_page(tmp_path).read_text(encoding="utf-8")
    assert "2 of 2 passed, attempt-2" in page
    assert "attempt-1" not in page
