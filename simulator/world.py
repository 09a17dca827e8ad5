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
import pyarrow.compute as pc

from simulator import seeds
from simulator.business_time import DAY, business_calendar
from simulator.cases import Cases, CaseTables, open_cases
from simulator.config import SimulationConfig
from simulator.config.load import LONGEST_LIFE_DAYS
from simulator.config.model import CHANNELS
from simulator.errors import RangeError
from simulator.events import MICROS, Events, events_of
from simulator.life import live
from simulator.lines import LineTables, Scribe
from simulator.load import Queues
from simulator.messages import Speech
from simulator.slots import GROUPS, Group, Slot
from simulator.streams import I64
from simulator.text.bank import TextBank, load_bank
from simulator.text.columns import index_column
from simulator.truth import truth_table

# A window of days is drawn and written at once: enough cases to pay for the fixed cost of each
# vectorised call, few enough to stay far below 1 GB.
_WINDOW_TICKETS = 6_000
_CODE = ("*.py", "*.yaml", "*.json")


@dataclass(frozen=True)
class RawObject:
    """The events of one source on one local day.

    Attributes:
        source: One of CHANNELS.
        day: Local day of the events.
        payload: JSON lines ordered by (ts, event_id), each ended by a line break; may be empty.
        events: Number of lines.
        tickets: Number of TICKET_CREATED among them.
    """

    source: str
    day: date
    payload: bytes
    events: int
    tickets: int


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
    """Return the SHA-256 over all that makes raw: code, phrases, defaults, and the seeds read."""
    root = Path(__file__).resolve().parent
    files = {path for pattern in _CODE for path in root.rglob(pattern)}
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
    config: SimulationConfig, first: date, last: date, parts: int = 4
) -> list[tuple[date, date]]:
    """Split a range into consecutive blocks for parallel tasks; any split gives the same bytes.

    A block begins by drawing the cases of the days before it that may still live, so few long
    blocks cost less than many short ones.
    """
    check_range(config, first, last)
    days = (last - first).days + 1
    number = max(1, min(parts, days // 7))
    bounds = [days * i // number for i in range(number + 1)]
    return [(first + timedelta(days=a), first + timedelta(days=b - 1)) for a, b in pairwise(bounds)]


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
        events = events_of(config.seed, cases, lives, first, last)
        waiting.append((cases.without_spent_draws(), events))
        if end < first:
            continue
        cases, events = _merged(waiting)
        due = events.day <= business_calendar().number(end)
        now = events.take(np.flatnonzero(due))
        yield from _written(machinery, cases, now, max(begin, first), end)
        waiting = [_still_alive(cases, events.take(np.flatnonzero(~due)))]


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


def _merged(parts: list[tuple[Cases, Events]]) -> tuple[Cases, Events]:
    offset, moved = 0, []
    for cases, events in parts:
        moved.append(Events(**{**vars(events), "case": events.case + offset}))
        offset += len(cases)
    return Cases.joined([cases for cases, _ in parts]), Events.joined(moved)


def _still_alive(cases: Cases, events: Events) -> tuple[Cases, Events]:
    """Drop the cases that no event points into."""
    alive = np.zeros(len(cases), dtype=np.bool_)
    alive[events.case] = True
    place = np.cumsum(alive) - 1
    return cases.take(alive), Events(**{**vars(events), "case": place[events.case]})


def _written(
    machinery: Machinery, cases: Cases, events: Events, first: date, last: date
) -> Iterator[RawObject]:
    """Write the events of a window of days and cut them into objects."""
    calendar = business_calendar()
    start = calendar.number(first)
    key = (events.day - start) * len(CHANNELS) + cases.channel[events.case]
    order = _ordered(key, events)
    events, key = events.take(order), key[order]
    scribe = Scribe(cases, Speech(machinery.bank), machinery.lines)
    group_of = np.array(GROUPS)[events.slot]
    rows = [np.flatnonzero(group_of == group) for group in Group]
    written = pa.concat_arrays(
        [scribe.lines(g, events.take(r)) for g, r in zip(Group, rows, strict=True)]
    )
    place = np.empty(len(events), dtype=np.int64)
    place[np.concatenate(rows)] = np.arange(len(events))
    lines = pc.take(written, index_column(place), boundscheck=False)
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
    payload = memoryview(lines.buffers()[2])
    count = ((last - first).days + 1) * len(CHANNELS)
    bounds = np.searchsorted(key, np.arange(count + 1))
    created = np.bincount(key[events.slot == Slot.CREATED], minlength=count)
    for index in range(count):
        low, high = int(bounds[index]), int(bounds[index + 1])
        yield RawObject(
            source=CHANNELS[index % len(CHANNELS)],
            day=first + timedelta(days=index // len(CHANNELS)),
            payload=bytes(payload[int(offsets[low]) : int(offsets[high])]),
            events=high - low,
            tickets=int(created[index]),
        )


def _ordered(key: I64, events: Events) -> I64:
    """Return the order by (object, instant, event id)."""
    # One integer holds object and instant: days of a window times channels stay below 2**18, and
    # 2**37 microseconds are more than a day.
    packed = key << 37 | events.at % (DAY * MICROS)
    order = np.argsort(packed)
    ordered = packed[order]
    if not (ordered[1:] == ordered[:-1]).any():
        return order
    return np.lexsort((events.low, events.high, packed))
