"""The SLA clock on simulated lives: what each case had accumulated, and whether it was late.

This is the definition that gold reports, computed from the lives and not from events: the clock
starts at 00:00 of the first business day after the radicated day, runs on business days, and
stands still in ON_HOLD and between a closing (or an answer, as the policy has it) and a reopening.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator import seeds
from simulator.business_time import DAY, business_calendar
from simulator.cases import Cases
from simulator.config.model import SUBTYPES, TYPES
from simulator.slots import ABSENT, HOLDS, REOPENINGS, Slot
from simulator.streams import I64, Bool

_NEVER = np.iinfo(np.int64).max // 4
_KINDS = len(TYPES) * len(SUBTYPES)


@dataclass(frozen=True)
class Outcome:
    """Columns of shape (n,), as known at the end of a day.

    Attributes:
        is_due: The term has ended by then.
        is_late: By then more business time has accumulated than the term allows.
    """

    is_due: Bool
    is_late: Bool


@dataclass(frozen=True)
class _Clock:
    """Business seconds of the places of lives, seen from the end of a day."""

    at: I64
    end: int
    start: I64

    @property
    def now(self) -> I64:
        """The end of the day, or the clock's start where that lies later."""
        passed = business_calendar().business_seconds(np.array([self.end]))[0]
        return np.asarray(np.maximum(passed, self.start))

    def reached(self, slot: Slot) -> Bool:
        """Where a place is reached by the end of the day."""
        return np.asarray((self.at[slot] != ABSENT) & (self.at[slot] < self.end))

    def read(self, slot: Slot) -> I64:
        """When a place is reached, not before the clock's start; now where it is not."""
        reached = self.reached(slot)
        seconds = business_calendar().business_seconds(np.where(reached, self.at[slot], 0))
        return np.asarray(np.where(reached, np.maximum(seconds, self.start), self.now))


def outcome(cases: Cases, at: I64, policy: str, as_of: date) -> Outcome:
    """Judge cases by what is known at the end of a day.

    Args:
        cases: The cases.
        at: (len(Slot), n) local seconds of their lives.
        policy: policy_id of dim_sla_policy.
        as_of: The day.
    """
    calendar = business_calendar()
    clock = _Clock(at, (calendar.number(as_of) + 1) * DAY, calendar.clock_start(at[Slot.RADICATED]))
    term = sla_business_days(kinds_of(cases), at[Slot.RADICATED], policy) * DAY
    stops = _stops(policy)
    accumulated = clock.read(stops[0]) - clock.start
    due = clock.start + term
    for hold, resumed in HOLDS:
        begin, back = clock.read(hold), clock.read(resumed)
        accumulated -= back - begin
        # A pause that begins after the term has ended changes nothing any more.
        counts = clock.reached(hold) & (begin < due)
        due = due + np.where(counts, back - begin, 0)
        due = np.where(counts & ~clock.reached(resumed), _NEVER, due)
    for stop, reopened, next_stop in zip(stops, REOPENINGS, stops[1:], strict=False):
        accumulated += clock.read(next_stop) - clock.read(reopened)
        counts = clock.reached(reopened) & (clock.read(stop) < due)
        due = due + np.where(counts, clock.read(reopened) - clock.read(stop), 0)
    return Outcome(is_due=np.asarray(due <= clock.now), is_late=np.asarray(accumulated > term))


def sla_business_days(kinds: I64, radicated: I64, *policies: str) -> I64:
    """Return the fewest business days that any of the policies allows each case.

    Args:
        kinds: (n,) of `kinds_of`.
        radicated: (n,) local second of the radication, whose day decides the version of a policy.
        policies: policy_id of dim_sla_policy.
    """
    calendar = business_calendar()
    index = calendar.next_index[radicated // DAY]
    packed, place = np.unique(index * _KINDS + kinds, return_inverse=True)
    days = [
        min(
            seeds.sla_days(
                policy,
                TYPES[kind // len(SUBTYPES)],
                SUBTYPES[kind % len(SUBTYPES)],
                calendar.day(int(calendar.business_days[number])),
            )
            for policy in policies
        )
        for number, kind in (divmod(pair, _KINDS) for pair in packed.tolist())
    ]
    return np.array(days, dtype=np.int64)[place]


def kinds_of(cases: Cases) -> I64:
    """Return type and subtype of each case as one number."""
    return cases.pqrs_type * len(SUBTYPES) + cases.subtype


def _stops(policy: str) -> tuple[Slot, ...]:
    """Return the places where a policy's clock stops: of each pass, the answer or the closing."""
    state = seeds.rows_of_policy(policy)[0]["stops_at"]
    return tuple(Slot[f"{state}_{number}"] for number in (1, 2, 3))
