"""Counter-based randomness: every draw is fixed by (seed, entity, day, row, column).

A Philox stream is keyed by the seed and by (entity, day); a row takes a fixed number of raw draws,
so neither chunks nor workers nor order can change one. Choices are integer thresholds and tables:
no rejection, no generator state, no last bit of a floating-point library in the result.
"""

from enum import IntEnum
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_UNIT_BITS = 53
_SHIFT = np.uint64(64 - _UNIT_BITS)
# Normal quantiles in 16,384 equal steps: at most four standard deviations to either side.
_TABLE_BITS = 14
_TABLE_SHIFT = np.uint64(64 - _TABLE_BITS)


class Entity(IntEnum):
    """What a stream draws for; the numbers are part of the world and must not change."""

    ARRIVALS = 1
    TYPE = 2
    CASE = 3


def draws(seed: int, entity: Entity, day: int, rows: int, columns: int) -> U64:
    """Return the (rows, columns) raw draws of an entity on a day.

    Args:
        seed: The world's seed, 0 to 2**64 - 1.
        entity: What they are for.
        day: Proleptic ordinal of the day, below 2**32.
        rows: Number of rows; row i is the same however many are asked for.
        columns: Draws a row.
    """
    key = np.array([seed, int(entity) << 32 | day], dtype=np.uint64)
    raw: U64 = np.random.Philox(key=key).random_raw(rows * columns)
    return raw.reshape(rows, columns)


def pick(raw: U64, count: I64 | int) -> I64:
    """Map the high half of each draw onto 0..count-1; `count` for all or one a row."""
    options = np.asarray(count, dtype=np.uint64)
    return (((raw >> _HALF) * options) >> _HALF).astype(np.int64)


def pick_low(raw: U64, count: I64 | int) -> I64:
    """Map the low half of each draw onto 0..count-1."""
    options = np.asarray(count, dtype=np.uint64)
    return (((raw & _LOW) * options) >> _HALF).astype(np.int64)


def between(raw: U64, low: int, high: int) -> I64:
    """Map each draw onto low..high, both included."""
    return low + pick(raw, high - low + 1)


def happens(raw: U64, probability: npt.NDArray[np.float64] | float) -> Bool:
    """Say where an event of this probability happens."""
    bound = np.asarray(np.asarray(probability) * 2.0**_UNIT_BITS).astype(np.uint64)
    return np.asarray((raw >> _SHIFT) < bound, dtype=np.bool_)


def unit(raw: int) -> float:
    """Return one raw draw as a float in (0, 1)."""
    return ((raw >> int(_SHIFT)) + 0.5) / 2.0**_UNIT_BITS


def thresholds(weights: npt.ArrayLike) -> U64:
    """Turn weights (any positive sum) into the upper bounds that `categorical` searches."""
    shares = np.asarray(weights, dtype=np.float64)
    cumulative = np.floor(np.cumsum(shares) / shares.sum() * 2.0**_UNIT_BITS)
    bounds: U64 = cumulative[:-1].astype(np.uint64)
    return bounds


def categorical(raw: U64, bounds: U64) -> I64:
    """Choose a category a row by its weight."""
    return np.searchsorted(bounds, raw >> _SHIFT, side="right").astype(np.int64)


@lru_cache(maxsize=1)
def _normal_quantiles() -> npt.NDArray[np.float64]:
    steps = 2**_TABLE_BITS
    upper = [NormalDist().inv_cdf((i + 0.5) / steps) for i in range(steps // 2, steps)]
    half = np.array(upper)
    return np.concatenate([-half[::-1], half])


@lru_cache(maxsize=256)
def lognormal(median: float, sigma: float, most: float | None = None) -> I64:
    """Tabulate a log-normal quantile function, rounded to integers (units of `median`)."""
    values = median * np.exp(sigma * _normal_quantiles())
    return np.rint(values if most is None else np.minimum(values, most)).astype(np.int64)


def tabulated(raw: U64, table: I64) -> I64:
    """Look a draw up in a table made by `lognormal`."""
    return table[(raw >> _TABLE_SHIFT).astype(np.int64)]


def hashed(seeds: U64, number: I64) -> U64:
    """Return the hash of each draw and a small number.

    As counter-based as the streams, and without their cost where only some of many numbers count.
    """
    return _finalised(seeds + (number + 1).astype(np.uint64) * _GOLDEN)


def mixed(seeds: U64, columns: int) -> U64:
    """Expand one draw a row into (n, columns) draws: its hashes with 0, 1, 2, ..."""
    result = np.empty((columns, len(seeds)), dtype=np.uint64)
    for column in range(columns):
        result[column] = _finalised(seeds + np.uint64((column + 1) * int(_GOLDEN) % 2**64))
    return result.T


def _finalised(state: U64) -> U64:
    """Mix all bits of a state into each other: the finaliser of SplitMix64."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(state ^ (state >> np.uint64(31)))
