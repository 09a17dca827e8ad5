"""How many tickets a day brings: a negative binomial around the calendar's profile."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from simulator.business_time import business_calendar
from simulator.config.model import Arrivals, Spike
from simulator.errors import RangeError
from simulator.streams import Entity, draws, unit

_YEAR = 365.0
_SATURDAY = 5
# Enough quantiles on either side of the mean: the table ends where the tail is below 1e-12.
_SPREAD = 14.0


def expected(arrivals: Arrivals, start: date, day: date) -> float:
    """Return a day's mean number of tickets, spikes included.

    Args:
        arrivals: The parameters.
        start: First day of the world, from which growth and the reference days count.
        day: Not before `start`.
    """
    spike = spike_of(arrivals, day)
    if spike is not None:
        return spike.mean_per_day
    return arrivals.mean_per_day * _profile(arrivals, start, day) / _reference(arrivals, start)


def daily_count(arrivals: Arrivals, start: date, seed: int, day: date) -> int:
    """Draw a day's number of tickets; no tickets before the world's first day."""
    if day < start:
        return 0
    chance = unit(int(draws(seed, Entity.ARRIVALS, day.toordinal(), 1, 1)[0, 0]))
    mean = expected(arrivals, start, day)
    spike = spike_of(arrivals, day)
    if spike is None:
        return _quantile(chance, mean, arrivals.dispersion, 0, None)
    return _quantile(chance, mean, spike.dispersion, spike.least, spike.most)


def spike_of(arrivals: Arrivals, day: date) -> Spike | None:
    """Return the spike that covers a day, the first one listed, or None."""
    return next((spike for spike in arrivals.spikes if spike.covers(day)), None)


def growth(arrivals: Arrivals, start: date, day: date) -> float:
    """Return the growth factor of a day since the world's start."""
    factor = 1.0 + arrivals.annual_growth
    return float(round(factor ** ((day - start).days / _YEAR), 9))


def _profile(arrivals: Arrivals, start: date, day: date) -> float:
    calendar = business_calendar()
    number = calendar.number(day)
    is_business = bool(calendar.is_business_day[number])
    is_holiday = not is_business and day.weekday() < _SATURDAY
    level = arrivals.holiday_factor if is_holiday else arrivals.weekday[day.weekday()]
    if is_business and number > 0 and not calendar.is_business_day[number - 1]:
        level *= arrivals.after_closure_factor
    if day.day <= arrivals.month_opening.days:
        level *= arrivals.month_opening.factor
    return level * arrivals.month[day.month - 1] * growth(arrivals, start, day)


@lru_cache(maxsize=64)
def _reference(arrivals: Arrivals, start: date) -> float:
    """Mean profile of the reference days that lie in no spike."""
    last = business_calendar().day(len(business_calendar().is_business_day) - 1)
    days = [start + timedelta(days=i) for i in range(arrivals.reference_days)]
    ordinary = [d for d in days if d <= last and spike_of(arrivals, d) is None]
    if not ordinary:
        raise RangeError(f"all {arrivals.reference_days} reference days from {start} are spikes")
    return sum(_profile(arrivals, start, day) for day in ordinary) / len(ordinary)


def _quantile(chance: float, mean: float, size: int, least: int, most: int | None) -> int:
    """Invert the negative binomial of this mean and size, held inside least..most.

    Conditioning on the range, not clipping to it: the bounds get no heap of probability.
    """
    cumulative = _distribution(round(mean, 6), size)
    below = float(cumulative[least - 1]) if least > 0 else 0.0
    above = 1.0 if most is None else float(cumulative[min(most, len(cumulative) - 1)])
    found = int(np.searchsorted(cumulative, below + chance * (above - below), side="left"))
    return max(least, min(found, len(cumulative) - 1 if most is None else most))


@lru_cache(maxsize=4096)
def _distribution(mean: float, size: int) -> npt.NDArray[np.float64]:
    """Cumulative probabilities of 0, 1, 2, ... by the recurrence of the negative binomial."""
    spread = (mean + mean * mean / size) ** 0.5
    counts = np.arange(1, int(mean + _SPREAD * spread) + 50, dtype=np.float64)
    ratio = (counts - 1.0 + size) / counts * (mean / (mean + size))
    # Weights relative to the largest one: the probability of 0 itself may underflow.
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    weights = np.exp(logs - logs.max())
    cumulative = np.cumsum(weights)
    return np.asarray(cumulative / cumulative[-1])


def cumulative(mean: float, size: int, count: int) -> float:
    """Return the probability of at most `count` tickets, half of `count`'s own left out."""
    table = _distribution(round(mean, 6), size)
    count = min(count, len(table) - 1)
    below = float(table[count - 1]) if count > 0 else 0.0
    return (below + float(table[count])) / 2
