"""What every simulated life obeys."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulator.business_time import DAY, business_calendar
from simulator.cases import Cases
from simulator.config import SimulationConfig, load_config
from simulator.config.load import LONGEST_LIFE_DAYS
from simulator.life import live
from simulator.seeds import rows, sla_days
from simulator.sla import outcome
from simulator.slots import ABSENT, CLOSINGS, MOVES, REPLIES, Slot
from simulator.streams import I64
from simulator.world import Machinery

FIRST = date(2025, 9, 1)


def lives(config: SimulationConfig, days: int) -> tuple[Cases, I64]:
    machinery = Machinery(config)
    cases = machinery.open(FIRST, FIRST + timedelta(days=days - 1))
    return cases, live(config, machinery.cases, cases).at


@pytest.fixture(scope="module", params=[None, "understaffed"])
def world(request: pytest.FixtureRequest) -> tuple[Cases, I64]:
    return lives(load_config(scenario=request.param), 21)


def test_the_places_of_a_life_are_reached_in_strict_order(world: tuple[Cases, I64]) -> None:
    # EXTENDED stands apart: see `Slot`.
    at = world[1][: Slot.EXTENDED]
    reached = np.maximum.accumulate(at, axis=0)
    before = np.vstack([np.full(at.shape[1], ABSENT), reached[:-1]])
    wrong = (at != ABSENT) & (at <= before)
    assert not wrong.any(), [Slot(i).name for i in np.flatnonzero(wrong.any(axis=1))]


def test_every_life_walks_the_state_machine(world: tuple[Cases, I64]) -> None:
    _, at = world
    allowed = {(row["status_from"], row["status_to"]) for row in rows("dim_status_transition")}
    ways = np.unique((at[sorted(MOVES)] != ABSENT).T, axis=0)
    assert len(ways) > 4
    for way in ways:
        state = "RECEIVED"
        for slot in np.array(sorted(MOVES))[way]:
            move = MOVES[Slot(slot)]
            assert move.before == state
            assert (move.before, move.after) in allowed
            state = move.after
        assert state == "ARCHIVED"


def test_cases_are_answered_and_closed_on_business_days(world: tuple[Cases, I64]) -> None:
    _, at = world
    for slot in (*CLOSINGS, Slot.RESPONDED_1, Slot.RESPONDED_2, Slot.RESPONDED_3):
        days = at[slot][at[slot] != ABSENT] // DAY
        assert business_calendar().is_business_day[days].all()


def test_an_agent_writes_one_to_five_times(world: tuple[Cases, I64]) -> None:
    _, at = world
    replies = (at[list(REPLIES)] != ABSENT).sum(axis=0)
    assert replies.min() >= 1
    assert replies.max() <= 5


def test_a_life_ends_within_its_bound(world: tuple[Cases, I64]) -> None:
    cases, at = world
    assert (at[Slot.ARCHIVED] // DAY - cases.day).max() <= LONGEST_LIFE_DAYS


def test_the_opening_and_its_files_stay_on_the_day_of_creation(world: tuple[Cases, I64]) -> None:
    cases, at = world
    for slot in (Slot.OPENING, Slot.FILE_1, Slot.FILE_2, Slot.FILE_3):
        present = at[slot] != ABSENT
        assert (at[slot][present] // DAY == cases.day[present]).all()


def test_a_days_cases_are_numbered_in_the_order_of_creation(world: tuple[Cases, I64]) -> None:
    cases, _ = world
    for day in np.unique(cases.day):
        here = cases.day == day
        order = np.argsort(cases.number[here])
        assert (np.diff(cases.created[here][order]) >= 0).all()
        assert sorted(cases.number[here]) == list(range(1, int(here.sum()) + 1))


def test_lateness_is_what_a_walk_through_the_events_finds() -> None:
    cases, at = lives(load_config(), 10)
    as_of = date(2025, 10, 10)
    judged = outcome(cases, at, "academic_v1", as_of)
    interesting = (at[Slot.HOLD_1] != ABSENT) | (at[Slot.REOPENED_1] != ABSENT)
    rows_ = np.flatnonzero(interesting)[:400].tolist() + list(range(400))
    for row in rows_:
        late, is_due = walked(at[:, row], "PQRS"[cases.pqrs_type[row]], as_of)
        assert judged.is_late[row] == late, row
        assert judged.is_due[row] == is_due, row


def walked(at: I64, pqrs_type: str, as_of: date) -> tuple[bool, bool]:
    """Lateness and dueness of one case, second by second of the calendar: slow and plain."""
    calendar = business_calendar()
    end = (calendar.number(as_of) + 1) * DAY
    moves = [(int(at[s]), MOVES[s].after) for s in sorted(MOVES) if ABSENT != at[s] < end]
    day = moves[0][0] // DAY
    while not calendar.is_business_day[day]:
        day += 1
    start = (day + 1) * DAY
    term = sla_days("academic_v1", pqrs_type, "general", FIRST) * DAY
    accumulated = paused = 0
    for (since, state), (until, following) in zip(moves, [*moves[1:], (end, "")], strict=True):
        low = max(since, start)
        seconds = 0
        while low < until:
            high = min(until, (low // DAY + 1) * DAY)
            seconds += (high - low) * bool(calendar.is_business_day[low // DAY])
            low = high
        if state == "ON_HOLD" or (state == "CLOSED" and following == "REOPENED"):
            paused += seconds
        elif state not in ("CLOSED", "ARCHIVED"):
            accumulated += seconds
    if accumulated > term:
        return True, True
    if moves[-1][1] not in ("CLOSED", "ARCHIVED"):
        return False, False
    left = term + paused
    while left > 0 and start < end:
        left -= DAY * bool(calendar.is_business_day[start // DAY])
        start += DAY
    return False, left <= 0
