"""Events as columns: the filled places of lives, each with its instant and detail draw."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

import numpy as np

from simulator.business_time import DAY, business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases
from simulator.config import SimulationConfig
from simulator.handling import TAIL_OF, tails
from simulator.life import Lives
from simulator.streams import I64, U64, hashed, pick_low

MICROS = 1_000_000


@dataclass(frozen=True)
class Events:
    """Columns of shape (n,), a row an event.

    Attributes:
        case: Row of its case in the `Cases` it goes with.
        slot: Its place in the life, a `Slot`.
        at: Local microseconds since 00:00 of the business calendar's first day.
        detail: A draw for what the event holds.
        tail: How its line ends: a place in `handling.tail_texts`.
    """

    case: I64
    slot: I64
    at: I64
    detail: U64
    tail: I64

    def __len__(self) -> int:
        return len(self.case)

    @property
    def day(self) -> I64:
        """Number of the local day of each event."""
        return self.at // (DAY * MICROS)

    def take(self, rows: I64) -> Self:
        """Return some of the events."""
        return type(self)(**{f.name: getattr(self, f.name).take(rows) for f in fields(self)})

    def ids(self, cases: Cases) -> tuple[U64, U64]:
        """Return the halves of the event ids, before their version bits.

        They are hashes of the case's draws and of the place in its life.
        """
        high = hashed(cases.raw(Draw.TICKET_HIGH).take(self.case), self.slot)
        return high, hashed(cases.raw(Draw.TICKET_LOW).take(self.case), self.slot)

    @property
    def hour(self) -> I64:
        """Local hour of each event, 0 to 23."""
        return self.at // (3_600 * MICROS) % 24

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the events of several tables, in their order; `case` must mean the same in all."""
        return cls(
            **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        )


def events_of(
    config: SimulationConfig, cases: Cases, lives: Lives, first: date, last: date
) -> Events:
    """Return the events that fall on the days first..last, whatever else the cases live through.

    Details are hashes of the case's draws and of the place in its life.
    """
    calendar = business_calendar()
    low, high = calendar.number(first) * DAY, (calendar.number(last) + 1) * DAY
    slot, case = np.nonzero((lives.at >= low) & (lives.at < high))
    detail = hashed(cases.raw(Draw.EVENT)[case], slot)
    return Events(
        case=case,
        slot=slot,
        at=lives.at[slot, case] * MICROS + pick_low(detail, MICROS),
        detail=detail,
        tail=tails(config, cases, lives.at)[TAIL_OF[slot], case],
    )
