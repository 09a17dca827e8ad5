"""The fixed part of canonical lines, read column by column without a parser.

A canonical line begins with five templates of fixed widths around event_id, ticket_id, event_type
and ts, and goes on with the object `data` to its last three bytes, `}}` and 0x0A:

    {"event_id":"<36>","ticket_id":"<36>","event_type":"<name>","ts":"<27>","data":{...}}
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from orchestration.bronze.instants import day_bounds
from orchestration.bronze.rules import EVENT_TYPES

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_IDS: Final = b'{"event_id":"' + b"." * 36 + b'","ticket_id":"' + b"." * 36 + b'","event_type":"'
_ID_WIDTH: Final = 36
_EVENT_ID: Final = 13
_TICKET_ID: Final = 64
_TYPE: Final = len(_IDS)
_TS: Final = b'","ts":"'
_DATA: Final = b'","data":'
_TS_WIDTH: Final = 27
# `data` and the line are closed.
_END: Final = b"}}\n"
_LONGEST: Final = max(len(name) for name in EVENT_TYPES)
_WINDOW: Final = _TYPE + _LONGEST + len(_TS) + _TS_WIDTH + len(_DATA)
# No `data` of the contract is shorter than this; so a window never reaches beyond its line.
_SHORTEST: Final = _WINDOW + 32

_HEX: Final = np.isin(np.arange(256), np.frombuffer(b"0123456789abcdef", np.uint8))
_IS_HEX: Final = np.array([byte == ord(".") for byte in b"........-....-....-....-............"])


@dataclass(frozen=True)
class Heads:
    """The lines of a block whose head is canonical; arrays of one length.

    `index` is the place of the line in the block, `event_id` and `ticket_id` uint8 of shape
    (lines, 36), `kind` the place of its type in EVENT_TYPES, `micros` its instant in microseconds
    since 1970, `data_start` and `data_length` where its `data` lies in the buffer.
    """

    index: Integers
    event_id: Bytes
    ticket_id: Bytes
    kind: npt.NDArray[np.int8]
    micros: Integers
    data_start: Integers
    data_length: Integers


def read_heads(buffer: Bytes, bounds: Integers, usable: Flags, day: date) -> Heads:
    """Read the heads of lines.

    Args:
        buffer: The bytes of the block.
        bounds: Where each line begins in it, and where the last one ends.
        usable: Which lines to look at.
        day: The Colombian day in which every instant must lie.
    """
    starts, ends = bounds[:-1], bounds[1:]
    chosen = np.flatnonzero(usable & (ends - starts >= _SHORTEST))
    for back, byte in enumerate(_END, -len(_END)):
        chosen = chosen[buffer[ends[chosen] + back] == byte]
    windows: Bytes = np.empty((0, _WINDOW), np.uint8)
    if len(chosen):
        windows = np.lib.stride_tricks.sliding_window_view(buffer, _WINDOW)[starts[chosen]]
    good = _has_ids(windows)
    kind = np.zeros(len(chosen), np.int8)
    micros = np.zeros(len(chosen), np.int64)
    width = np.zeros(len(chosen), np.int64)
    is_timed = np.zeros(len(chosen), bool)
    for place, name in enumerate(EVENT_TYPES):
        rows = np.flatnonzero(good & (windows[:, _TYPE] == ord(name[0])))
        kind[rows] = place
        width[rows] = _TYPE + len(name) + len(_TS) + _TS_WIDTH + len(_DATA)
        is_timed[rows], micros[rows] = _read_instants(windows[rows, _TYPE:], name, day)
    kept = np.flatnonzero(is_timed)
    lines = chosen[kept]
    data_start = starts[lines] + width[kept]
    return Heads(
        index=lines,
        event_id=windows[kept, _EVENT_ID : _EVENT_ID + _ID_WIDTH],
        ticket_id=windows[kept, _TICKET_ID : _TICKET_ID + _ID_WIDTH],
        kind=kind[kept],
        micros=micros[kept],
        data_start=data_start,
        data_length=ends[lines] - 2 - data_start,
    )


def _has_ids(windows: Bytes) -> Flags:
    """The templates around the ids are there, and the ids are lower-case UUIDs."""
    good = np.ones(len(windows), bool)
    template = np.frombuffer(_IDS, np.uint8)
    fixed = (0, _EVENT_ID), (_EVENT_ID + _ID_WIDTH, _TICKET_ID), (_TICKET_ID + _ID_WIDTH, _TYPE)
    for start, end in fixed:
        good &= (windows[:, start:end] == template[start:end]).all(axis=1)
    for start in (_EVENT_ID, _TICKET_ID):
        text = windows[:, start : start + _ID_WIDTH]
        good &= (_HEX[text] == _IS_HEX).all(axis=1)
        good &= (text[:, ~_IS_HEX] == ord("-")).all(axis=1)
    return good


def _read_instants(windows: Bytes, name: str, day: date) -> tuple[Flags, Integers]:
    """Whether each window goes on canonically for this type within the day, and its instant."""
    before = np.frombuffer(name.encode() + _TS, np.uint8)
    start, end = len(before), len(before) + _TS_WIDTH
    after = np.frombuffer(_DATA, np.uint8)
    good = (windows[:, :start] == before).all(axis=1)
    good &= (windows[:, end : end + len(after)] == after).all(axis=1)
    text = windows[:, start:end]
    good &= (text[:, [10, 13, 16, 19, 26]] == np.frombuffer(b"T::.Z", np.uint8)).all(axis=1)
    digits = text[:, [11, 12, 14, 15, 17, 18, 20, 21, 22, 23, 24, 25]] - np.uint8(ord("0"))
    good &= (digits <= 9).all(axis=1)
    number = digits.astype(np.int64)
    hour, minute, second = (number[:, i] * 10 + number[:, i + 1] for i in (0, 2, 4))
    good &= (hour < 24) & (minute < 60) & (second < 60)
    fraction = number[:, 6:] @ np.array([100_000, 10_000, 1_000, 100, 10, 1], np.int64)
    clock = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    # A Colombian day lies in two UTC dates.
    micros = np.full(len(windows), -1, np.int64)
    for date_of in (day, day + timedelta(days=1)):
        is_date = (text[:, :10] == np.frombuffer(date_of.isoformat().encode(), np.uint8)).all(
            axis=1
        )
        midnight = datetime(date_of.year, date_of.month, date_of.day, tzinfo=UTC)
        micros[is_date] = _micros(midnight) + clock[is_date]
    opens, closes = (_micros(instant) for instant in day_bounds(day))
    return good & (micros >= opens) & (micros < closes), micros


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
