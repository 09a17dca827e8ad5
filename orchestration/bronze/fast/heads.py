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

from orchestration.bronze.fast.pieces import Bytes, Flags, Integers, has_any, windows
from orchestration.bronze.rules import EVENT_TYPES
from orchestration.lake.instants import day_bounds

_IDS: Final = b'{"event_id":"' + b"?" * 36 + b'","ticket_id":"' + b"?" * 36 + b'","event_type":"'
_ID_WIDTH: Final = 36
_EVENT_ID: Final = 13
_TICKET_ID: Final = 64
_TYPE: Final = len(_IDS)
_TYPE_WIDTH: Final = 16
_CLOCK: Final = b'","ts":"????-??-??T??:??:??.??????Z","data":'
_DATE: Final = 8
_DIGITS: Final = [19, 20, 22, 23, 25, 26, 28, 29, 30, 31, 32, 33]
# `data` and the line are closed.
_END: Final = b"}}\n"
# No `data` of the contract is shorter than 32 bytes; so a window never reaches beyond its line.
_SHORTEST: Final = _TYPE + max(map(len, EVENT_TYPES)) + len(_CLOCK) + 32

_UUID: Final = b"????????-????-????-????-????????????"


@dataclass(frozen=True)
class _Form:
    """Bytes that must be there; a question mark stands for any. Widths are multiples of 8."""

    bytes: Bytes
    mask: Bytes

    def differs(self, windows: Bytes) -> Flags:
        """Which of the windows, uint8 of shape (n, width), are not of this form."""
        return has_any((windows ^ self.bytes) & self.mask)


def _form(*texts: bytes) -> _Form:
    """A form, or a matrix of forms one text each, filled up to a multiple of 8."""
    width = -(-max(map(len, texts)) // 8) * 8
    content = np.frombuffer(b"".join(text.ljust(width, b"?") for text in texts), np.uint8)
    content = content.reshape(len(texts), width)
    return _Form(content, np.where(content == ord("?"), 0, 255).astype(np.uint8))


_ID_FORM: Final = _form(_IDS)
_UUIDS: Final = _form(_UUID * 2)
_TYPE_FORMS: Final = _form(*(name.encode() for name in EVENT_TYPES))
_CLOCK_FORM: Final = _form(_CLOCK)
_TYPE_LENGTHS: Final = np.array([len(name) for name in EVENT_TYPES], np.int64)
# The first two letters tell the types apart.
_KIND_OF: Final = np.full(1 << 16, -1, np.int8)
_KIND_OF[[ord(name[0]) << 8 | ord(name[1]) for name in EVENT_TYPES]] = range(len(EVENT_TYPES))


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
    head = windows(buffer, starts[chosen], _ID_FORM.bytes.shape[1] + _TYPE_WIDTH)
    kind = _KIND_OF[head[:, _TYPE].astype(np.uint16) << 8 | head[:, _TYPE + 1]]
    good = (kind >= 0) & ~_ID_FORM.differs(head[:, : _ID_FORM.bytes.shape[1]])
    names = head[:, _TYPE : _TYPE + _TYPE_WIDTH]
    good &= ~has_any((names ^ _TYPE_FORMS.bytes[kind]) & _TYPE_FORMS.mask[kind])
    event_id = head[:, _EVENT_ID : _EVENT_ID + _ID_WIDTH]
    ticket_id = head[:, _TICKET_ID : _TICKET_ID + _ID_WIDTH]
    ids = np.concatenate((event_id, ticket_id), axis=1)
    # In an id every place is a digit but those of the hyphens, which the form has.
    good &= ~has_any(_is_not_hex(ids) & ~_UUIDS.mask) & ~_UUIDS.differs(ids)
    clock_start = starts[chosen] + _TYPE + _TYPE_LENGTHS[kind]
    is_timed, micros = _read_clocks(windows(buffer, clock_start, _CLOCK_FORM.bytes.shape[1]), day)
    kept = np.flatnonzero(good & is_timed)
    data_start = clock_start[kept] + len(_CLOCK)
    return Heads(
        index=chosen[kept],
        event_id=ids[kept, :_ID_WIDTH],
        ticket_id=ids[kept, _ID_WIDTH:],
        kind=kind[kept],
        micros=micros[kept],
        data_start=data_start,
        data_length=ends[chosen[kept]] - 2 - data_start,
    )


def _is_not_hex(text: Bytes) -> Bytes:
    """255 for each byte that is not a lower-case hexadecimal digit, else 0."""
    # Bytes below the first digit or letter wrap around and are large as well.
    is_other = ((text - np.uint8(ord("0"))) > 9) & ((text - np.uint8(ord("a"))) > 5)
    return np.negative(is_other.view(np.uint8))


def _read_clocks(clocks: Bytes, day: date) -> tuple[Flags, Integers]:
    """Whether each window holds an instant within the day in canonical form, and the instant."""
    digits = clocks[:, _DIGITS] - np.uint8(ord("0"))
    good = ~_CLOCK_FORM.differs(clocks) & (digits.max(axis=1, initial=0) <= 9)
    number = digits.astype(np.int64)
    hour, minute, second = (number[:, i] * 10 + number[:, i + 1] for i in (0, 2, 4))
    good &= (hour < 24) & (minute < 60) & (second < 60)
    fraction = number[:, 6:] @ np.array([100_000, 10_000, 1_000, 100, 10, 1], np.int64)
    clock = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    # A Colombian day lies in two UTC dates.
    micros = np.full(len(clocks), -1, np.int64)
    for date_of in (day, day + timedelta(days=1)):
        text = np.frombuffer(date_of.isoformat().encode(), np.uint8)
        is_date = (clocks[:, _DATE : _DATE + len(text)] == text).all(axis=1)
        midnight = datetime(date_of.year, date_of.month, date_of.day, tzinfo=UTC)
        micros[is_date] = _micros(midnight) + clock[is_date]
    opens, closes = (_micros(instant) for instant in day_bounds(day))
    return good & (micros >= opens) & (micros < closes), micros


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
