"""Raw objects: the events of a window of days, written, put in order and cut by source and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.business_time import DAY, business_calendar
from simulator.config.model import CHANNELS
from simulator.events import MICROS, Events
from simulator.lines import Scribe
from simulator.slots import GROUPS, Group, Slot
from simulator.streams import I64
from simulator.text.columns import POOL, index_column


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
        events: Events of those days, in any order.
        first: First day.
        last: Last day.
    """
    start = business_calendar().number(first)
    key = (events.day - start) * len(CHANNELS) + scribe.cases.channel[events.case]
    order = _ordered(key, events)
    key, slot = key[order], events.slot[order]
    lines = _lines(scribe, events, order, np.array(GROUPS)[slot])
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
    payload = memoryview(lines.buffers()[2])
    count = ((last - first).days + 1) * len(CHANNELS)
    bounds = np.searchsorted(key, np.arange(count + 1))
    created = np.bincount(key[slot == Slot.CREATED], minlength=count)
    for index in range(count):
        low, high = int(bounds[index]), int(bounds[index + 1])
        yield RawObject(
            source=CHANNELS[index % len(CHANNELS)],
            day=first + timedelta(days=index // len(CHANNELS)),
            payload=bytes(payload[int(offsets[low]) : int(offsets[high])]),
            events=high - low,
            tickets=int(created[index]),
        )


def _lines(scribe: Scribe, events: Events, order: I64, groups: I64) -> pa.Array:
    """Write the line of each event, group by group, and return them in the given order.

    Args:
        scribe: Writes the lines.
        events: Events in any order.
        order: (n,) rows of the events, first line first.
        groups: (n,) group of each line.
    """
    rows = [np.flatnonzero(groups == group) for group in Group]
    written = pa.concat_arrays(
        [scribe.lines(g, events.take(order[r])) for g, r in zip(Group, rows, strict=True)],
        memory_pool=POOL,
    )
    place = np.empty(len(order), dtype=np.int64)
    place[np.concatenate(rows)] = np.arange(len(order))
    return pc.take(written, index_column(place), boundscheck=False, memory_pool=POOL)


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
