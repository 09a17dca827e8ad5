"""The numbers that texts hold: radicados and identity documents, none of them a real one's.

A radicado is PQR-YYYYMMDD-NNNNN, counted anew each day.
"""

from functools import lru_cache

import numpy as np
import pyarrow as pa

from simulator.business_time import business_calendar
from simulator.case_draws import Draw
from simulator.cases import Cases
from simulator.stamps import Bytes, dates, digits
from simulator.streams import I64, between, mixed, pick

WIDTH = 18
# No day brings so many tickets: numbers from here on belong to cases that are only told of.
RESERVED_FROM = 90_000
_OLDEST_EARLIER = 60
# Identity numbers of ten digits that begin with 99 belong to nobody.
RESERVED_DOCUMENTS = b"99"
_DOCUMENT = np.dtype([("prefix", "S2"), ("high", "S4"), ("low", "S4")])
_LAYOUT = np.dtype([("prefix", "S4"), ("day", "S8"), ("dash", "S1"), ("number", "S5")])


def external_ids(cases: Cases, rows: I64) -> Bytes:
    """Write the radicados of some cases, 18 bytes each."""
    return _written(cases.day[rows], cases.number[rows])


def radicados(cases: Cases, rows: I64) -> pa.Array:
    """Return the radicados of some cases as texts."""
    return byte_texts(external_ids(cases, rows))


def earlier_radicados(cases: Cases, rows: I64) -> pa.Array:
    """Return for each case a radicado of weeks before that belongs to no case of the world."""
    raw = mixed(cases.raw(Draw.DOCUMENT)[rows], 2)
    days = np.maximum(cases.day[rows] - between(raw[:, 0], 20, _OLDEST_EARLIER), 0)
    return byte_texts(_written(days, RESERVED_FROM + pick(raw[:, 1], 100_000 - RESERVED_FROM)))


def documents(cases: Cases, rows: I64) -> pa.Array:
    """Return the identity number of each case's citizen."""
    number = pick(cases.raw(Draw.DOCUMENT)[rows], 10**8)
    text = np.empty(len(rows), dtype=_DOCUMENT)
    text["prefix"] = RESERVED_DOCUMENTS
    text["high"], text["low"] = digits(4)[number // 10_000], digits(4)[number % 10_000]
    return byte_texts(text.view(f"S{_DOCUMENT.itemsize}"))


def _written(days: I64, numbers: I64) -> Bytes:
    text = np.empty(len(days), dtype=_LAYOUT)
    text["prefix"], text["dash"] = b"PQR-", b"-"
    text["day"] = _compact_days()[days]
    text["number"] = digits(5)[numbers]
    return text.view(f"S{WIDTH}")


@lru_cache(maxsize=1)
def _compact_days() -> Bytes:
    """Return YYYYMMDD for each day of the calendar."""
    calendar = business_calendar()
    days = dates(calendar.first, len(calendar.is_business_day))
    return np.array([day.replace(b"-", b"") for day in days.tolist()], dtype="S8")


def byte_texts(written: Bytes) -> pa.Array:
    """Return bytes of one width as a string column over the same memory."""
    offsets = np.arange(len(written) + 1, dtype=np.int32) * np.int32(written.dtype.itemsize)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(written))]
    return pa.Array.from_buffers(pa.string(), len(written), buffers)
