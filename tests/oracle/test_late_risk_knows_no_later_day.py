"""The probability of a late end knows no later day, and is the same in every build."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from lake_world import LakeWorld
from small_worlds import handled_cases, lines_of

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST = date(2025, 12, 24)
CUT, LAST = FIRST + timedelta(days=6), FIRST + timedelta(days=13)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_scores_of_before_a_cut_do_not_change_by_what_comes_after(
    lake: Settings, tmp_path: Path
) -> None:
    lines = lines_of(handled_cases(120, FIRST, 14, 5), FIRST, LAST)
    whole = LakeWorld(lake, tmp_path, FIRST, "whole")
    whole.run(FIRST, LAST, lines, threads=2)
    cut = LakeWorld(lake, tmp_path, FIRST, "cut")
    cut.run(FIRST, CUT, [line for line in lines if line.object_day <= CUT], threads=1)
    scores = {"day", "ticket_id", "late_risk", "late_risk_reasons"}
    of_cut, of_whole = (
        sorted(
            tuple(str(row[name]) for name in sorted(scores))
            for row in world.read("gold", "tickets_snapshot")
            if row["day"] <= CUT
        )
        for world in (cut, whole)
    )
    assert len(of_cut) > 100
    assert of_cut == of_whole
    # To the byte, in a build of its own and with another number of threads.
    sums = {name: value for name, value in cut.sums("gold").items() if "snapshot" in name}
    assert len(sums) == 7
    assert sums.items() <= whole.sums("gold").items()
