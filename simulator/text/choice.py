"""Choices made from given uint64 draws, by multiply-shift: no rejection, no state, no floats."""

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_HALF = np.uint64(32)
_LOW_MASK = np.uint64(0xFFFFFFFF)
PERCENT = 100


def pick(draws: U64, count: I64 | int) -> I64:
    """Map the high half of each draw onto 0..count-1.

    Args:
        draws: uint64 array of shape (n,).
        count: Number of options, at least 1 and below 2**32; one for all or one a row.

    Returns:
        int64 array of shape (n,).
    """
    options = np.asarray(count, dtype=np.uint64)
    return (((draws >> _HALF) * options) >> _HALF).astype(np.int64)


def pick_low(draws: U64, count: I64 | int) -> I64:
    """Map the low half of each draw onto 0..count-1, independent of `pick` on the same draw."""
    options = np.asarray(count, dtype=np.uint64)
    return (((draws & _LOW_MASK) * options) >> _HALF).astype(np.int64)


def happens(draws: U64, percent: I64 | int) -> Bool:
    """Say for each row whether an event of so many percent happens (high half of the draw)."""
    return pick(draws, PERCENT) < percent


def weighted(lookup: I64, group: I64, draws: U64) -> I64:
    """Choose by integer percent weights laid out as a (groups, 100) lookup table."""
    chosen: I64 = lookup[group, pick(draws, PERCENT)]
    return chosen


def lookup_table(weights: list[list[int]]) -> I64:
    """Lay out percent weights (each row sums to 100) as a (groups, 100) table of option indices.

    Raises:
        ValueError: A row is negative somewhere or does not sum to 100.
    """
    rows = []
    for row in weights:
        if min(row) < 0 or sum(row) != PERCENT:
            raise ValueError(f"weights must be percents that sum to 100, got {row}")
        rows.append(np.repeat(np.arange(len(row), dtype=np.int64), row))
    return np.stack(rows)
