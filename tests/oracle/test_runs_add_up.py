"""Runs of a world add up: whatever the cuts, the same lake, and no row knows a later day."""

import hashlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from check_run import compare
from lake_world import LakeWorld
from periods import PERIODS, PeriodOracle
from raw_lines import Line
from small_worlds import CaseWriter, handled_cases, lines_of

from orchestration.settings import Settings

# dbt leaves its log files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FIRST = date(2025, 12, 24)
DAYS = 12
LAST = FIRST + timedelta(days=DAYS - 1)
SILVER = ("tickets", "messages", "status_events", "attachments", "term_extensions")


def world_lines(count: int = 150) -> list[Line]:
    """Two months of the calendar in twelve days, so that silver has more than one partition."""
    return lines_of(handled_cases(count, FIRST, DAYS, 11), FIRST, LAST)


def rows(world: LakeWorld) -> dict[str, list[str]]:
    """Every row that counts, by dataset."""
    datasets = {name.split("/")[0] for name in world.sums("gold")}
    found = {f"gold/{name}": world.read("gold", name) for name in datasets}
    found |= {f"silver/{name}": world.read("silver", name) for name in SILVER}
    return {name: sorted(map(str, content)) for name, content in found.items()}


def day_of(step: int) -> date:
    return FIRST + timedelta(days=step)


def assert_cuts_add_up(
    lake: Settings, tmp_path: Path, lines: list[Line], cuts: list[tuple[int, int]]
) -> None:
    whole = LakeWorld(lake, tmp_path, FIRST, "whole")
    whole.run(FIRST, LAST, lines)
    parts = LakeWorld(lake, tmp_path, FIRST, "parts")
    known: dict[str, str] = {}
    for first, last in cuts:
        parts.run(day_of(first), day_of(last), lines)
        sums = parts.sums("gold")
        # What was written for earlier days is not touched by what came later.
        assert {name: sums[name] for name in known} == known
        known = sums
    assert rows(parts) == rows(whole)
    assert parts.sums("gold") == whole.sums("gold")
    assert parts.sums("silver") == whole.sums("silver")


@pytest.mark.slow
def test_two_runs_equal_one_and_no_row_knows_a_later_day(lake: Settings, tmp_path: Path) -> None:
    assert_cuts_add_up(lake, tmp_path, world_lines(), [(0, 4), (5, 11)])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twelve_daily_runs_equal_one_run(lake: Settings, tmp_path: Path) -> None:
    assert_cuts_add_up(lake, tmp_path, world_lines(), [(day, day) for day in range(DAYS)])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_run_that_arrives_late_heals_its_orphans(lake: Settings, tmp_path: Path) -> None:
    lines = world_lines(60)
    whole = LakeWorld(lake, tmp_path, FIRST, "whole")
    whole.run(FIRST, LAST, lines)
    parts = LakeWorld(lake, tmp_path, FIRST, "parts")
    parts.run(day_of(6), LAST, lines)
    parts.run(FIRST, day_of(5), lines)
    assert rows(parts) == rows(whole)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_reports_of_a_run_of_one_day_have_all_days_of_their_period(
    lake: Settings, tmp_path: Path
) -> None:
    # The half-year begins in this world before its last quarter does.
    first, last = date(2025, 9, 15), date(2025, 12, 31)
    lines = lines_of(handled_cases(80, first, 100, 3), first, last)
    world = LakeWorld(lake, tmp_path, first)
    world.run(first, last - timedelta(days=1), lines)
    world.run(last, last, lines)
    expected = PeriodOracle(lines).kpis(first, last)
    reports = {name: expected[f"report_{name}"] for name in PERIODS}
    for table, months in zip(reports.values(), PERIODS.values(), strict=True):
        assert max(row["days_covered"] for row in table.values()) == {1: 31, 3: 92, 6: 108}[months]
    named = {f"report_{name}": table for name, table in reports.items()}
    assert compare(lake, world.world.world_id, named)[1] == 0


@pytest.mark.slow
def test_bytes_do_not_depend_on_the_number_of_threads(lake: Settings, tmp_path: Path) -> None:
    world = LakeWorld(lake, tmp_path, FIRST)
    run = world.run(FIRST, LAST, world_lines(), threads=2)
    for layer in ("silver", "gold"):
        assert sums(world.dbt(run, layer, threads=1)) == world.sums(layer)


@pytest.mark.slow
def test_partition_that_loses_its_rows_becomes_a_file_without_rows(
    lake: Settings, tmp_path: Path
) -> None:
    # Open on the 24th only; its closing arrives with a later run of the same days.
    case = CaseWriter(1).create(at(FIRST, 9)).move(at(FIRST, 10), "RADICATED", "CLASSIFIED")
    case.move(at(FIRST, 11), "ASSIGNED", "IN_PROGRESS")
    world = LakeWorld(lake, tmp_path, FIRST)
    world.run(FIRST, day_of(1), lines_of([case], FIRST, LAST))
    assert [row["day"] for row in world.read("gold", "tickets_snapshot")] == [FIRST, day_of(1)]
    assert world.read("silver", "attachments") == []
    case.move(at(day_of(1), 9), "RESPONDED", "CLOSED")
    world.run(day_of(1), day_of(1), lines_of([case], FIRST, LAST))
    assert [row["day"] for row in world.read("gold", "tickets_snapshot")] == [FIRST]
    assert f"tickets_snapshot/day={day_of(1)}" in world.sums("gold")


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour))


def sums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder).parent): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.parquet")
    }
