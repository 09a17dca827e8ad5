"""The queues: how long a case waits to be assigned, given what arrived in the days before.

One queue a type, worked off on business days. The backlog that a day finds is that of a bounded
window of earlier days whose arrivals are counter-based, so that it is a pure function of the day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from simulator.arrivals import daily_count, growth
from simulator.business_time import OFFICE_DAY, business_calendar
from simulator.config import SimulationConfig
from simulator.config.model import TYPES
from simulator.streams import I64, U64, Entity, categorical, draws, thresholds

_WEEK_PER_BUSINESS_DAY = 7.0 / 5.0


@dataclass
class Queues:
    """Arrivals by type and the waits they cause, remembered from day to day.

    Attributes:
        config: The world's configuration.
        counts: (types,) tickets of each day already drawn.
    """

    config: SimulationConfig
    counts: dict[date, I64] = field(default_factory=dict)
    types: U64 = field(init=False)

    def __post_init__(self) -> None:
        self.types = thresholds(self.config.world.case.pqrs_type)

    def filed_types(self, day: date) -> I64:
        """Return the filed type of each ticket of a day, by order of creation."""
        config = self.config
        number = daily_count(config.world.arrivals, config.start, config.seed, day)
        raw = draws(config.seed, Entity.TYPE, day.toordinal(), number, 1)
        return categorical(raw[:, 0], self.types)

    def arrived(self, day: date) -> I64:
        """Return a day's tickets by type, shape (types,)."""
        if day not in self.counts:
            self.counts[day] = np.bincount(self.filed_types(day), minlength=len(TYPES))
        return self.counts[day]

    def wait(self, day: date) -> I64:
        """Return the wait of a ticket created on a day, in work seconds, by type."""
        calendar, load = business_calendar(), self.config.world.load
        regular = self._mean_load(day) * load.capacity_ratio
        surge = self._mean_load(day) * load.surge_ratio
        backlog = np.zeros(len(TYPES))
        current = max(self.config.start, day - timedelta(days=load.window_days))
        while current < day:
            backlog += self.arrived(current)
            if calendar.is_business_day[calendar.number(current)]:
                pressed = backlog > regular * load.surge_after
                backlog = np.maximum(backlog - np.where(pressed, surge, regular), 0.0)
            current += timedelta(days=1)
        pressed = backlog > regular * load.surge_after
        pace = np.where(pressed, surge, regular)
        return np.rint(backlog / np.maximum(pace, 1e-9) * OFFICE_DAY).astype(np.int64)

    def _mean_load(self, day: date) -> np.ndarray:
        """Tickets by type that a business day must answer for on average; staff grows with it."""
        arrivals = self.config.world.arrivals
        shares = np.array(self.config.world.case.pqrs_type)
        grown = growth(arrivals, self.config.start, day)
        return shares * arrivals.mean_per_day * _WEEK_PER_BUSINESS_DAY * grown
