"""The synthetic world: a pure function of (seed, configuration, day), as raw objects and truth."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulator import seeds
from simulator.arrivals import expected
from simulator.business_time import business_calendar
from simulator.cases import Cases, CaseTables, open_cases
from simulator.config import SimulationConfig
from simulator.config.load import LONGEST_LIFE_DAYS
from simulator.errors import RangeError
from simulator.events import Events, events_of
from simulator.life import live
from simulator.lines import LineTables, Scribe
from simulator.load import Queues
from simulator.messages import Speech
from simulator.raw_object import RawObject, write_objects
from simulator.streams import Bool
from simulator.text.bank import TextBank, load_bank
from simulator.truth import truth_table

__all__ = ["RawObject", "blocks", "check_range", "code_hash", "simulate", "truth"]

# A window of days is drawn and written at once: enough cases to pay for the fixed cost of each
# vectorised call, few enough to stay far below 1 GB.
_WINDOW_TICKETS = 6_000
# What a day costs that is only drawn for the cases that outlive it, against a day that is written.
_LEAD_COST = 0.1
_SPLIT_STEPS = 40
# What makes raw: the configuration is hashed by itself, and these rooms only look at a world.
_CODE = ("*.py", "text/phrases/*.yaml")
_LOOKING_ON = {"__main__.py", "calibration.py", "preview.py", "report", "write.py"}


@dataclass(frozen=True)
class Machinery:
    """What is laid out once for a configuration and used for each window of days."""

    config: SimulationConfig

    @cached_property
    def bank(self) -> TextBank:
        """The phrases, with line breaks as JSON writes them."""
        return phrase_bank()

    @cached_property
    def cases(self) -> CaseTables:
        """Thresholds of the attributes of a case."""
        return CaseTables.of(self.config)

    @cached_property
    def queues(self) -> Queues:
        """Arrivals and waits."""
        return Queues(self.config)

    @cached_property
    def lines(self) -> LineTables:
        """Ready-made pieces of lines."""
        return LineTables(self.config)

    def open(self, first: date, last: date) -> Cases:
        """Draw the cases created on the days first..last."""
        return open_cases(
            self.config, self.cases, self.queues, self.bank, days_between(first, last)
        )


@lru_cache(maxsize=1)
def phrase_bank() -> TextBank:
    """Return the phrase bank as raw lines need it."""
    return load_bank(line_break="\\n")


def days_between(first: date, last: date) -> list[date]:
    """Return the days first..last, both included."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return the SHA-256 over all that makes raw: code, phrases and the seeds that it reads."""
    root = Path(__file__).resolve().parent
    files = {path for pattern in _CODE for path in root.rglob(pattern)}
    files = {path for path in files if path.relative_to(root).parts[0] not in _LOOKING_ON}
    files |= {seeds.FOLDER / f"{name}.csv" for name in seeds.USED}
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda p: p.relative_to(root.parent).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(root.parent).as_posix()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def simulate(config: SimulationConfig, first: date, last: date) -> Iterator[RawObject]:
    """Yield the raw objects of a range of days, by day and source, empty ones included.

    Args:
        config: The world.
        first: First day of the range, not before the world's start.
        last: Last day of the range.

    Raises:
        RangeError: Days outside the world or the business calendar; before anything is yielded.
    """
    check_range(config, first, last)
    return _simulate(Machinery(config), first, last)


def check_range(config: SimulationConfig, first: date, last: date) -> None:
    """Check that a range lies in the world and that the calendar covers its cases' lives.

    Raises:
        RangeError: It does not.
    """
    if last < first:
        raise RangeError(f"last day {last} lies before first day {first}")
    if first < config.start:
        raise RangeError(f"first day {first} lies before the world's start {config.start}")
    usable = seeds.last_usable_day(LONGEST_LIFE_DAYS)
    if last > usable:
        raise RangeError(f"last day {last} lies after {usable}, where the calendar ends")


def blocks(
    config: SimulationConfig, first: date, last: date, parts: int = 2
) -> list[tuple[date, date]]:
    """Split a range into at most `parts` blocks of like cost; any split gives the same bytes.

    A block begins by drawing the cases of the days before it that may still live: few long blocks
    cost less than many short ones, so ask for as many as there are workers.
    """
    check_range(config, first, last)
    days = days_between(first, last)
    volume = [expected(config.world.arrivals, config.start, day) for day in days]
    low, high = 0.0, 2.0 * sum(volume) + 1.0
    for _ in range(_SPLIT_STEPS):
        middle = (low + high) / 2
        fits = len(_filled(volume, middle)) <= max(1, min(parts, len(days)))
        low, high = (low, middle) if fits else (middle, high)
    starts = [*_filled(volume, high), len(days)]
    return [(days[a], days[b - 1]) for a, b in pairwise(starts)]


def _filled(volume: list[float], most: float) -> list[int]:
    """Return where blocks begin that each cost at most `most`, or a single day."""
    starts, cost = [0], 0.0
    for index, tickets in enumerate(volume):
        if cost > 0 and cost + tickets > most:
            starts.append(index)
            cost = _LEAD_COST * sum(volume[max(0, index - LONGEST_LIFE_DAYS) : index])
        cost += tickets
    return starts


def truth(config: SimulationConfig, first: date, last: date) -> pa.Table:
    """Return the ground truth of the tickets created on the days first..last, by ticket_id."""
    check_range(config, first, last)
    machinery = Machinery(config)
    return truth_table(machinery.open(first, last), machinery.bank)


def _simulate(machinery: Machinery, first: date, last: date) -> Iterator[RawObject]:
    config = machinery.config
    earliest = max(config.start, first - timedelta(days=LONGEST_LIFE_DAYS))
    waiting: list[tuple[Cases, Events]] = []
    for begin, end in _windows(machinery, earliest, last):
        cases = machinery.open(begin, end)
        lives = live(config, machinery.cases, cases)
        events = events_of(config, cases, lives, first, last)
        waiting.append(_still_alive(cases.without_spent_draws(), events))
        if end < first:
            continue
        due, waiting = _split(waiting, business_calendar().number(end))
        cases, events = _merged(due)
        scribe = Scribe(cases, Speech(machinery.bank), machinery.lines)
        yield from write_objects(scribe, events, max(begin, first), end)


def _windows(machinery: Machinery, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Split days into windows of at most so many tickets, or of one day."""
    begin, tickets = first, 0
    for day in days_between(first, last):
        arrived = int(machinery.queues.arrived(day).sum())
        if day > begin and tickets + arrived > _WINDOW_TICKETS:
            yield begin, day - timedelta(days=1)
            begin, tickets = day, 0
        tickets += arrived
    yield begin, last


def _split(
    parts: list[tuple[Cases, Events]], day: int
) -> tuple[list[tuple[Cases, Events]], list[tuple[Cases, Events]]]:
    """Part the events up to a day from later ones, each with their cases.

    Each window copies only the cases that it writes, however many wait; a part loses those that are
    over when they are half of it.
    """
    due, later = [], []
    for cases, events in parts:
        is_due = events.day <= day
        due.append(_still_alive(cases, events.take(np.flatnonzero(is_due))))
        rest = events.take(np.flatnonzero(~is_due))
        if 2 * np.count_nonzero(_has_events(cases, rest)) < len(cases):
            cases, rest = _still_alive(cases, rest)
        if len(rest):
            later.append((cases, rest))
    return due, later


def _merged(parts: list[tuple[Cases, Events]]) -> tuple[Cases, Events]:
    offset, moved = 0, []
    for cases, events in parts:
        moved.append(Events(**{**vars(events), "case": events.case + offset}))
        offset += len(cases)
    return Cases.joined([cases for cases, _ in parts]), Events.joined(moved)


def _still_alive(cases: Cases, events: Events) -> tuple[Cases, Events]:
    """Drop the cases that no event points into."""
    alive = _has_events(cases, events)
    place = np.cumsum(alive) - 1
    return cases.take(np.flatnonzero(alive)), Events(**{**vars(events), "case": place[events.case]})


def _has_events(cases: Cases, events: Events) -> Bool:
    alive = np.zeros(len(cases), dtype=np.bool_)
    alive[events.case] = True
    return alive
