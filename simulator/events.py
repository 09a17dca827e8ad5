"""Events as columns: the filled places of lives, each with its instant, id and detail draw."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Self

import numpy as np

from simulator.business_time import DAY, UTC_OFFSET, business_calendar
from simulator.cases import Cases
from simulator.life import Lives
from simulator.slots import ABSENT
from simulator.streams import I64, U64, Bool, Entity, draws, pick_low

MICROS = 1_000_000
_DRAWS = 3


@dataclass(frozen=True)
class Events:
    """Columns of shape (n,), a row an event.

    Attributes:
        case: Row of its case in the `Cases` it goes with.
        slot: Its place in the life, a `Slot`.
        at: Local microseconds since 00:00 of the business calendar's first day.
        high, low: Halves of the event id, before its version bits.
        detail: A draw for what the event holds.
    """

    case: I64
    slot: I64
    at: I64
    high: U64
    low: U64
    detail: U64

    def __len__(self) -> int:
        return len(self.case)

    @property
    def day(self) -> I64:
        """Number of the local day of each event."""
        return self.at // (DAY * MICROS)

    def take(self, rows: I64 | Bool) -> Self:
        """Return some of the events."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the events of several tables, in their order; `case` must mean the same in all."""
        return cls(
            **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        )


def utc_offset_seconds() -> int:
    """Return what turns local seconds of the calendar into Unix seconds."""
    return (business_calendar().first - date(1970, 1, 1)) // timedelta(seconds=1) + UTC_OFFSET


def events_of(seed: int, cases: Cases, lives: Lives, first: date, last: date) -> Events:
    """Return the events that fall on the days first..last, whatever else the cases live through.

    Ids and details are drawn for the whole of each life, case by case in the order of the day's
    cases, so that the range asked for changes none.
    """
    filled = lives.at.T != ABSENT
    case, slot = np.nonzero(filled)
    seconds = lives.at.T[filled]
    counts = np.bincount(case, minlength=len(cases))
    calendar = business_calendar()
    days, start = np.unique(cases.day, return_index=True)
    per_day = np.add.reduceat(counts, start) if len(days) else counts
    drawn = [
        draws(seed, Entity.EVENT, calendar.day(int(day)).toordinal(), int(number), _DRAWS)
        for day, number in zip(days, per_day, strict=True)
    ]
    raw = np.concatenate(drawn) if drawn else np.zeros((0, _DRAWS), dtype=np.uint64)
    wanted = np.flatnonzero(
        (seconds >= calendar.number(first) * DAY) & (seconds < (calendar.number(last) + 1) * DAY)
    )
    detail = raw[wanted, 2]
    return Events(
        case=case[wanted],
        slot=slot[wanted],
        at=seconds[wanted] * MICROS + pick_low(detail, MICROS),
        high=raw[wanted, 0],
        low=raw[wanted, 1],
        detail=detail,
    )
