"""The queues: how long a case waits to be assigned, given what arrived in the days before.

One queue a type, worked off on business days. The backlog that a day finds is that of a bounded
window of earlier days whose arrivals are counter-based, so that it is a pure function of the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from simulator.arrivals import daily_count, growth
from simulator.business_time import OFFICE_DAY, business_calendar
from simulator.config import SimulationConfig
from simulator.config.model import TYPES
from simulator.streams import I64, U64, Entity, categorical, draws, thresholds

_WEEK_PER_BUSINESS_DAY = 7.0 / 5.0
# A type that nobody files has no queue and no pace.
_LEAST_PACE = 1e-9
_NOBODY = np.zeros(len(TYPES), dtype=np.int64)


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
        if day < self.config.start:
            return _NOBODY
        if day not in self.counts:
            self.counts[day] = np.bincount(self.filed_types(day), minlength=len(TYPES))
        return self.counts[day]

    def waits(self, days: Sequence[date]) -> I64:
        """Return the wait of tickets created on each day, in work seconds.

        Each day's window is worked through from an empty queue, so that a wait depends on the
        days of its own window alone; the windows of all days advance together.

        Returns:
            int64 array of shape (len(days), types).
        """
        load = self.config.world.load
        mean = np.stack([self._mean_load(day) for day in days])
        regular, surge = mean * load.capacity_ratio, mean * load.surge_ratio
        backlog = np.zeros((len(days), len(TYPES)))
        for back in range(load.window_days, 0, -1):
            passed = [day - timedelta(days=back) for day in days]
            backlog += np.stack([self.arrived(day) for day in passed])
            pace = np.where(backlog > regular * load.surge_after, surge, regular)
            works = np.array([[self._is_worked(day)] for day in passed])
            backlog = np.where(works, np.maximum(backlog - pace, 0.0), backlog)
        pace = np.where(backlog > regular * load.surge_after, surge, regular)
        return np.asarray(
            np.rint(backlog / np.maximum(pace, _LEAST_PACE) * OFFICE_DAY), dtype=np.int64
        )

    def _is_worked(self, day: date) -> bool:
        calendar = business_calendar()
        return day >= self.config.start and bool(calendar.is_business_day[calendar.number(day)])

    def _mean_load(self, day: date) -> npt.NDArray[np.float64]:
        """Tickets by type that a business day must answer for on average; staff grows with it."""
        arrivals = self.config.world.arrivals
        shares = np.array(self.config.world.case.pqrs_type)
        grown = growth(arrivals, self.config.start, day)
        return shares * arrivals.mean_per_day * _WEEK_PER_BUSINESS_DAY * grown
