"""Fixed-width texts in bulk: UUIDs and digits as bytes, from lookup tables."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from simulator.streams import I64, U64

Bytes = npt.NDArray[np.bytes_]
UUID_WIDTH = 36

_VERSION_MASK, _VERSION = np.uint64(0xFFFFFFFFFFFF0FFF), np.uint64(0x4000)
_VARIANT_MASK, _VARIANT = np.uint64(0x3FFFFFFFFFFFFFFF), np.uint64(0x8000000000000000)
_QUARTER = np.uint64(0xFFFF)
# Where each quarter of the two halves stands in 8-4-4-4-12, and where the dashes do.
_PLACES = (0, 4, 9, 14, 19, 24, 28, 32)
_DASHES = (8, 13, 18, 23)
_UUID = np.dtype(
    {
        "names": [f"quarter_{i}" for i in range(8)] + [f"dash_{i}" for i in range(4)],
        "formats": ["<u4"] * 8 + ["u1"] * 4,
        "offsets": [*_PLACES, *_DASHES],
        "itemsize": UUID_WIDTH,
    }
)


def uuids(high: U64, low: U64) -> Bytes:
    """Write random halves as lower-case UUIDs of version 4, shape (n,), 36 bytes each."""
    text = np.empty(len(high), dtype=_UUID)
    table = _hexadecimal()
    halves = (high & _VERSION_MASK | _VERSION, low & _VARIANT_MASK | _VARIANT)
    for index in range(8):
        bits = (halves[index // 4] >> np.uint64(48 - 16 * (index % 4))) & _QUARTER
        text[f"quarter_{index}"] = table[bits.astype(np.int64)]
    for index in range(4):
        text[f"dash_{index}"] = ord("-")
    return text.view(f"S{UUID_WIDTH}")


def dates(first: date, days: int) -> Bytes:
    """Return the ISO texts of so many days."""
    return np.array([(first + timedelta(days=i)).isoformat() for i in range(days)], dtype="S10")


@lru_cache(maxsize=1)
def clocks() -> Bytes:
    """Return HH:MM:SS for every second of a day."""
    return np.array(
        [f"{h:02d}:{m:02d}:{s:02d}" for h in range(24) for m in range(60) for s in range(60)],
        dtype="S8",
    )


@lru_cache(maxsize=8)
def digits(width: int) -> Bytes:
    """Return every number of so many digits, with leading zeros."""
    return np.array([f"{number:0{width}d}" for number in range(10**width)], dtype=f"S{width}")


def micros(number: I64) -> Bytes:
    """Write numbers below a million with six digits."""
    thousands = number // 1_000
    text = np.empty(len(number), dtype=[("high", "S3"), ("low", "S3")])
    text["high"] = digits(3)[thousands]
    text["low"] = digits(3)[number - thousands * 1_000]
    return text.view("S6")


@lru_cache(maxsize=1)
def _hexadecimal() -> npt.NDArray[np.uint32]:
    """Return the four hexadecimal digits of every 16-bit number, as the bytes of an integer."""
    text = "".join(f"{value:04x}" for value in range(65_536))
    return np.frombuffer(text.encode(), dtype="<u4")
