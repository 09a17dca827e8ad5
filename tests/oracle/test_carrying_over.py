"""A run computes its own cases and takes the others as they are: the bytes of a whole build."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import psycopg
import pytest
from lake_world import LakeWorld
from raw_lines import Line
from small_worlds import CaseWriter, lines_of, random_cases

from orchestration.lake.committed import newest_manifests
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.transform.carrying import may_carry_over
from orchestration.transform.fingerprint import build_id

# dbt leaves its log files to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FIRST = date(2025, 12, 28)
LAST = FIRST + timedelta(days=6)


def at(day: int, hour: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(hour))


def entangled_lines() -> list[Line]:
    """Random cases, and some whose events depend on what another run holds."""
    cases = random_cases(60, FIRST, 7, 5)
    # Born on the fifth day, with a message before: an orphan until then.
    late = CaseWriter(900).create(at(4, 9)).say(at(1, 8), "citizen").move(at(4, 10), "RADICATED")
    early = CaseWriter(901).create(at(1, 9)).say(at(5, 8)).move(at(5, 9), "RADICATED")
    # The same event in another case on an earlier day: there it counts, here it is a copy.
    thief = CaseWriter(902).create(at(0, 9)).say(at(4, 7))
    thief.events[-1]["event_id"] = early.events[1]["event_id"]
    twice = CaseWriter(903).create(at(2, 9)).move(at(2, 10), "RADICATED")
    twice.events.append(dict(twice.events[0], event_id=thief.ticket_id, ts=late.events[0]["ts"]))
    return lines_of([*cases, late, early, thief, twice], FIRST, LAST)


def staged(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder).parent): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.parquet")
    }


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param([(0, 3), (4, 4)], id="the next day"),
        pytest.param([(5, 6), (0, 4)], id="earlier days, late", marks=pytest.mark.slow),
    ],
)
def test_the_files_are_those_of_a_whole_build(
    lake: Settings, tmp_path: Path, cuts: list[tuple[int, int]]
) -> None:
    lines = entangled_lines()
    world = LakeWorld(lake, tmp_path, FIRST)
    for first, last in cuts:
        days = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
        run = world.run(*days, lines, layers=["silver"])
    whole = staged(world.dbt(run, "silver", carries=False))
    assert whole == staged(world.dbt(run, "silver", carries=True))
    assert {name: world.sums("silver")[name] for name in whole} == whole
    kept = [row["ticket_id"] for row in world.read("silver", "tickets")]
    assert len(kept) == len(set(kept)) > 40


def test_others_are_taken_as_they_are_only_if_this_code_made_them_of_this_bronze(
    lake: Settings, tmp_path: Path
) -> None:
    lines = entangled_lines()
    world = LakeWorld(lake, tmp_path, FIRST)
    build = build_id(lake, "silver", ())
    first = world.run(FIRST, FIRST, lines, layers=["silver"])
    run = Run.of(world.world, FIRST + timedelta(days=1), FIRST + timedelta(days=1))
    overlapping = Run.of(world.world, FIRST, FIRST + timedelta(days=1))
    with psycopg.connect(lake.postgres.dsn, autocommit=True) as connection:
        inputs = newest_manifests(connection, world.world.world_id, "bronze")
        assert may_carry_over(connection, run, inputs, build)
        assert not may_carry_over(connection, run, (), build), "nothing to take"
        assert not may_carry_over(connection, first, inputs, build), "written before"
        assert not may_carry_over(connection, overlapping, inputs, build), "days are shared"
        assert not may_carry_over(connection, run, inputs, "f" * 64), "another code"
        changed = [replace(inputs[0], sha256="0" * 64)]
        assert not may_carry_over(connection, run, changed, build), "another bronze"
        models_spoke = replace(inputs[0], layer="enrichment")
        assert not may_carry_over(connection, run, [*inputs, models_spoke], build), "not read yet"
        stranger = replace(inputs[0], run_id=run.world.world_id)
        assert not may_carry_over(connection, run, [*inputs, stranger], build), "no silver yet"
