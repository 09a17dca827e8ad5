"""The engines of `make bench-peers` give the rows of the models, irregular events included."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from awkward_cases import FIRST as AWKWARD_FIRST
from awkward_cases import LAST as AWKWARD_LAST
from awkward_cases import awkward_lines
from awkward_handling import FIRST as HANDLING_FIRST
from awkward_handling import LAST as HANDLING_LAST
from awkward_handling import handling_lines
from lake_world import LakeWorld
from raw_lines import Line
from small_worlds import handled_cases, lines_of

from benchmarks.peers import differences, is_here, job_of, run
from orchestration.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

FIRST, LAST = date(2025, 12, 1), date(2026, 1, 14)


def random_lines() -> list[Line]:
    days = (LAST - FIRST) // timedelta(days=1) + 1
    return lines_of(handled_cases(400, FIRST, days, 7), FIRST, LAST)


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (awkward_lines, AWKWARD_FIRST, AWKWARD_LAST),
        (handling_lines, HANDLING_FIRST, HANDLING_LAST),
        (random_lines, FIRST, LAST),
    ],
)
def test_every_engine_gives_the_rows_of_the_models(
    lake: Settings, tmp_path: Path, lines: Callable[[], list[Line]], first: date, last: date
) -> None:
    LakeWorld(lake, tmp_path / "world", first).run(first, last, lines(), layers=())
    job = job_of(lake, tmp_path)
    run("dbt", job, lake)
    peers = [name for name in ("pandas", "polars", "spark") if is_here(name)]
    for name in peers:
        run(name, job, lake)
    assert {name: differences(tmp_path, name) for name in peers} == {name: [] for name in peers}
