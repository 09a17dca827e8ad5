"""Worlds and runs are what their inputs are."""

from datetime import date

import pytest

from orchestration.run import InvalidRangeError, Run, World

DAY, LAST = date(2025, 9, 1), date(2025, 9, 30)
WORLD = World.simulated(42, "config", "code", DAY)


def test_identities_never_change() -> None:
    # Every lake hangs on these two; a change would orphan what is committed.
    assert str(WORLD.world_id) == "71e15fba-8ac1-5a5a-8561-0262ab8b9d58"
    assert str(Run.of(WORLD, DAY, LAST).run_id) == "475fd561-56d6-5499-9e56-ff90a18baf72"


@pytest.mark.parametrize(
    "other",
    [
        World.simulated(43, "config", "code", DAY),
        World.simulated(42, "other", "code", DAY),
        World.simulated(42, "config", "other", DAY),
    ],
)
def test_another_input_is_another_world(other: World) -> None:
    assert other.world_id != WORLD.world_id


def test_another_range_is_another_run_of_the_same_world() -> None:
    runs = {Run.of(WORLD, DAY, DAY).run_id, Run.of(WORLD, DAY, LAST).run_id}
    assert len(runs) == 2


def test_two_deliveries_of_the_same_days_are_two_runs() -> None:
    world = World.ingested("city", DAY)
    assert Run.of(world, DAY, LAST, "a").run_id != Run.of(world, DAY, LAST, "b").run_id
    assert World.ingested("city", LAST).world_id == world.world_id


def test_the_days_of_a_run_are_all_of_its_range() -> None:
    days = Run.of(WORLD, DAY, LAST).days
    assert (days[0], days[-1], len(days)) == (DAY, LAST, 30)


def test_a_range_must_end_after_it_starts_and_start_in_its_world() -> None:
    with pytest.raises(InvalidRangeError, match="2025-09-01"):
        Run.of(WORLD, LAST, DAY)
    with pytest.raises(InvalidRangeError, match="2025-08-31"):
        Run.of(WORLD, date(2025, 8, 31), LAST)
