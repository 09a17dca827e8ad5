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


@lru_cache(maxsize=4)
def dates(first: date, days: int) -> Bytes:
    """Return the ISO texts of so many days."""
    return np.array([(first + timedelta(days=i)).isoformat() for i in range(days)], dtype="S10")


@lru_cache(maxsize=1)
def clocks() -> Bytes:
    """Return HH:MM:SS for every second of a day."""
    second = np.arange(86_400)
    text = np.empty(86_400, dtype="S2, S1, S2, S1, S2")
    text["f1"] = text["f3"] = b":"
    parts = (second // 3_600, second // 60 % 60, second % 60)
    for name, part in zip(("f0", "f2", "f4"), parts, strict=True):
        text[name] = digits(2)[part]
    return text.view("S8")


@lru_cache(maxsize=8)
def digits(width: int) -> Bytes:
    """Return every number of so many digits, with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    text = np.arange(10**width)[:, np.newaxis] // powers % 10 + ord("0")
    return np.ascontiguousarray(text.astype(np.uint8)).view(f"S{width}")[:, 0]


def micros(number: I64) -> Bytes:
    """Write numbers below a million with six digits."""
    thousands = number // 1_000
    text = np.empty(len(number), dtype="S3, S3")
    text["f0"] = digits(3)[thousands]
    text["f1"] = digits(3)[number - thousands * 1_000]
    return text.view("S6")


@lru_cache(maxsize=1)
def _hexadecimal() -> npt.NDArray[np.uint32]:
    """Return the four hexadecimal digits of every 16-bit number, as the bytes of an integer."""
    figures = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    text = figures[np.arange(65_536)[:, np.newaxis] >> np.array([12, 8, 4, 0]) & 15]
    return np.asarray(text.view("<u4")[:, 0])
