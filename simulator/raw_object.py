"""Raw objects: the events of a window of days, written, put in order and cut by source and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.business_time import DAY, business_calendar
from simulator.cases import Cases
from simulator.config.model import CHANNELS
from simulator.events import MICROS, Events
from simulator.lines import Scribe
from simulator.slots import GROUPS, Group, Slot
from simulator.streams import I64
from simulator.text.columns import POOL, index_column

# Lines are written for so many events at a time, or for one object: what is held at once does not
# grow with the day.
_EVENTS_AT_ONCE = 200_000


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


def write_objects(scribe: Scribe, events: Events, first: date, last: date) -> Iterator[RawObject]:
    """Write the events of the days first..last and cut them into objects, by day and source.

    Args:
        scribe: Writes the lines; `events.case` points into its cases.
        events: Events in any order, none before `first`; those after `last` are left out.
        first: First day.
        last: Last day.
    """
    start = business_calendar().number(first)
    day = events.day - start
    rows = np.flatnonzero(day <= (last - first).days)
    key = day[rows] * len(CHANNELS) + scribe.cases.channel[events.case[rows]]
    placed = _ordered(key, events, rows, scribe.cases)
    order, key = rows[placed], key[placed]
    count = ((last - first).days + 1) * len(CHANNELS)
    bounds = np.searchsorted(key, np.arange(count + 1))
    for some in _batches(bounds):
        written = order[bounds[some.start] : bounds[some.stop]]
        yield from _objects(scribe, events.take(written), bounds, some, first)


def _batches(bounds: I64) -> Iterator[range]:
    """Yield runs of objects whose lines are written together: few events, or one object."""
    begin = 0
    for index in range(1, len(bounds)):
        is_last = index == len(bounds) - 1
        if is_last or bounds[index + 1] - bounds[begin] > _EVENTS_AT_ONCE:
            yield range(begin, index)
            begin = index


def _objects(
    scribe: Scribe, events: Events, bounds: I64, some: range, first: date
) -> Iterator[RawObject]:
    """Write some objects; `events` are theirs, in order, `bounds` where each object's begin."""
    groups = np.array(GROUPS)[events.slot]
    places = [np.flatnonzero(groups == group) for group in Group]
    written = [
        scribe.lines(group, events.take(place)) for group, place in zip(Group, places, strict=True)
    ]
    starts = bounds[some.start : some.stop + 1] - bounds[some.start]
    cuts = [np.searchsorted(place, starts).tolist() for place in places]
    created = np.flatnonzero(events.slot == Slot.CREATED)
    tickets = np.diff(np.searchsorted(created, starts)).tolist()
    for at, index in enumerate(some):
        spans = [slice(cut[at], cut[at + 1]) for cut in cuts]
        yield RawObject(
            source=CHANNELS[index % len(CHANNELS)],
            day=first + timedelta(days=index // len(CHANNELS)),
            payload=_payload(
                [lines[span] for lines, span in zip(written, spans, strict=True)],
                np.concatenate([place[span] for place, span in zip(places, spans, strict=True)]),
            ),
            events=int(starts[at + 1] - starts[at]),
            tickets=tickets[at],
        )


def _payload(lines: list[pa.Array], places: I64) -> bytes:
    """Put the lines of an object in order.

    Object by object, what is copied stays in the processor's cache.

    Args:
        lines: The lines, in any number of arrays.
        places: (n,) where each stands, from any number on without a gap.
    """
    if not len(places):
        return b""
    order = np.empty(len(places), dtype=np.int64)
    order[places - places.min()] = np.arange(len(places))
    together = pa.concat_arrays(lines, memory_pool=POOL)
    ordered = pc.take(together, index_column(order), boundscheck=False, memory_pool=POOL)
    _, offsets, payload = ordered.buffers()
    return bytes(memoryview(payload)[: np.frombuffer(offsets, dtype=np.int32)[len(places)]])


def _ordered(key: I64, events: Events, rows: I64, cases: Cases) -> I64:
    """Return the order of some rows of the events by (object, instant, event id)."""
    # One integer holds object and instant: days of a window times channels stay below 2**18, and
    # 2**37 microseconds are more than a day.
    packed = key << 37 | events.at[rows] % (DAY * MICROS)
    order = np.argsort(packed)
    ordered = packed[order]
    if not (ordered[1:] == ordered[:-1]).any():
        return order
    high, low = events.take(rows).ids(cases)
    return np.lexsort((low, high, packed))
