"""Gold against the independent recomputation, cell by cell."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from lake_world import LakeWorld
from recomputation import Line, Oracle, Table
from small_worlds import lines_of, random_cases

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST = date(2025, 12, 1)
KEYS = {
    "kpi_volume": ("day", "channel", "pqrs_type"),
    "kpi_backlog": ("day", "pqrs_type", "region"),
    "kpi_sla": ("day", "pqrs_type"),
    "kpi_first_response": ("day", "pqrs_type"),
    "kpi_close_time": ("day", "pqrs_type"),
}


def assert_agrees(lake: LakeWorld, expected: dict[str, Table]) -> int:
    """Every row and every cell that the oracle knows; gives the number of cells."""
    cells = 0
    for dataset, keys in KEYS.items():
        rows = lake.read("gold", dataset)
        found = {tuple(row[key] for key in keys): row for row in rows}
        assert len(found) == len(rows), f"{dataset}: the grain {keys} is not unique"
        assert found.keys() == expected[dataset].keys(), f"{dataset}: another grid"
        for key, cols in expected[dataset].items():
            for name, value in cols.items():
                assert found[key][name] == value, f"{dataset} {key} {name}"
                cells += 1
    return cells


def random_lines(days: int = 45, count: int = 400, seed: int = 7) -> list[Line]:
    cases = random_cases(count, FIRST, days, seed)
    return lines_of(cases, FIRST, FIRST + timedelta(days=days - 1))


def test_random_world_agrees_with_the_oracle_in_every_cell(lake: Settings, tmp_path: Path) -> None:
    last = FIRST + timedelta(days=44)
    lines = random_lines()
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, last, lines)
    cells = assert_agrees(world, Oracle(lines).kpis(FIRST, last))
    assert cells == 4_320
