"""Sizes of a run, such as 180x1150: days, and cases per day; the configuration each needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from orchestration.errors import UsageError
from simulator.config.load import DEFAULT, load_config
from simulator.errors import RangeError

DEFAULT_RATE: Final = 1_150
FIRST_DAY: Final = date(2025, 9, 1)
# What arrivals.mean_per_day and the `most` of a spike may be (simulator/config/model.py).
MOST_MEAN: Final = 20_000
MOST_OF_A_DAY: Final = 50_000
_SPIKE_DAYS: Final = 60
# A spike of the default world brings 3,000 to 4,000 cases a day, 3,500 in the mean.
_LEAST, _MOST = 6 / 7, 8 / 7
_SIZE: Final = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,4})")
# Of a world of half a year; a shorter one has fewer, since its cases are not done.
EVENTS_PER_CASE: Final = 13


@dataclass(frozen=True)
class Size:
    """So many days with so many cases per day."""

    days: int
    rate: int

    def __str__(self) -> str:
        return f"{self.days}x{self.rate}"

    @property
    def likely_events(self) -> int:
        """Events that it will have at the most, spikes apart."""
        return self.days * self.rate * EVENTS_PER_CASE


def parsed(text: str) -> tuple[Size, ...]:
    """Read sizes that commas separate, and order them from the smallest on.

    Raises:
        UsageError: One is malformed, is there twice, or cannot be simulated. Names it.
    """
    sizes = [_size(word.strip()) for word in text.split(",")]
    for size in sizes:
        if sizes.count(size) > 1:
            raise UsageError(f"size {size} is there twice in --sizes {text}")
    return tuple(sorted(sizes, key=lambda size: (size.likely_events, size.days)))


def _size(word: str) -> Size:
    found = _SIZE.fullmatch(word)
    if found is None:
        raise UsageError(f"size {word!r} is not DAYSxCASES: write it as 30x1150")
    size = Size(int(found[1]), int(found[2]))
    if size.rate * _MOST > MOST_OF_A_DAY:
        raise UsageError(
            f"size {size}: the simulator brings at most {int(MOST_OF_A_DAY / _MOST)} cases per day"
        )
    return size


def last_day(size: Size) -> date:
    """The last day of a run that begins with the world."""
    return FIRST_DAY + timedelta(days=size.days - 1)


def options(size: Size, folder: Path) -> tuple[str, ...]:
    """What `pqr run` is given for this size; its configuration is written into `folder`.

    Raises:
        UsageError: Its days leave the business calendar. Names the size.
    """
    path, words = None, ["--days", str(size.days)]
    if size.rate != DEFAULT_RATE:
        path = folder / f"world_of_{size.rate}.yaml"
        world = world_of(size.rate, yaml.safe_load(DEFAULT.read_text(encoding="utf-8")))
        path.write_text(yaml.safe_dump(world, sort_keys=False), encoding="utf-8")
        words += ["--config", str(path)]
    try:
        load_config(path, end=last_day(size))
    except RangeError as error:
        raise UsageError(f"size {size}: {error}") from None
    return tuple(words)


def world_of(rate: int, default: Mapping[str, Any]) -> dict[str, Any]:
    """The default world with another number of cases per day, its spikes in proportion.

    The simulator takes a mean of up to 20,000. Above it every day is a spike, so that its week has
    no rhythm and its year no growth, and staff is raised to the same measure.
    """
    arrivals, times = dict(default["arrivals"]), rate / DEFAULT_RATE
    if rate <= MOST_MEAN:
        arrivals["mean_per_day"] = rate
        arrivals["spikes"] = [
            spike | _range(round(spike["mean_per_day"] * times)) for spike in arrivals["spikes"]
        ]
        return {**default, "arrivals": arrivals}
    dispersion = arrivals["spikes"][0]["dispersion"]
    arrivals |= {"mean_per_day": MOST_MEAN, "annual_growth": 0}
    arrivals["spikes"] = [
        {"start": start, "days": _SPIKE_DAYS, "dispersion": dispersion, **_range(rate)}
        for start in (FIRST_DAY + timedelta(days=_SPIKE_DAYS * part) for part in range(20))
    ]
    load = dict(default["load"])
    for name in ("capacity_ratio", "surge_ratio"):
        load[name] = round(load[name] * rate / MOST_MEAN, 6)
    return {**default, "arrivals": arrivals, "load": load}


def _range(mean: int) -> dict[str, int]:
    return {"mean_per_day": mean, "least": int(mean * _LEAST), "most": round(mean * _MOST)}
