"""Raw of the first contract gives the rows that it gave before there was a second."""

import json
from pathlib import Path

import pytest
from awkward_cases import FIRST, LAST, awkward_lines
from lake_world import LakeWorld
from recorded_rows import recorded

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# Recorded with the version that knew no other, from the lines of awkward_cases.
BEFORE = Path(__file__).parents[1] / "data" / "rows_of_the_first_contract.json"


@pytest.mark.slow
def test_old_raw_gives_the_same_rows_in_every_column_of_before(
    lake: Settings, tmp_path: Path
) -> None:
    before = json.loads(BEFORE.read_text(encoding="utf-8"))
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, LAST, awkward_lines())
    assert recorded(world, before) == before
