"""Finding many numbers in a list of numbers, in a few steps over whole arrays."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from orchestration.enrichment.characters import I64

# Odd numbers without a pattern; a number that finds its place taken is put into the next table.
_MIXERS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_LEAST_BITS: Final = 10
# Tables are so much larger than the list, in bits: few places are taken twice.
_SPARE_BITS: Final = 3


class Lookup:
    """The places of numbers in a list without repetitions.

    Args:
        numbers: 0 or more each.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        bits = max(_LEAST_BITS, len(numbers).bit_length() + _SPARE_BITS)
        self._shift = np.uint64(64 - bits)
        self._tables: list[tuple[np.uint64, I64, I64]] = []
        rest = np.arange(len(numbers))
        codes = np.array(numbers, np.int64)
        for mixer in map(np.uint64, _MIXERS):
            held, place = np.full(1 << bits, -1, np.int64), np.full(1 << bits, -1, np.int64)
            slots = self._slots(codes[rest], mixer)
            # Of those that want a slot the first gets it.
            _, first = np.unique(slots, return_index=True)
            held[slots[first]], place[slots[first]] = codes[rest[first]], rest[first]
            self._tables.append((mixer, held, place))
            rest = np.delete(rest, first)
            if not len(rest):
                return
        raise ValueError(f"{len(rest)} of {len(numbers)} numbers found no place")

    def places(self, codes: I64) -> I64:
        """Return for each number its place in the list, -1 where it is not in it."""
        found = np.full(len(codes), -1, np.int64)
        for mixer, held, place in self._tables:
            slots = self._slots(codes, mixer)
            is_here = held[slots] == codes
            found[is_here] = place[slots[is_here]]
        return found

    def holds(self, codes: I64) -> np.ndarray:
        """Whether each number is in the list."""
        found = np.zeros(len(codes), np.bool_)
        for mixer, held, _ in self._tables:
            found |= held[self._slots(codes, mixer)] == codes
        return found

    def _slots(self, codes: I64, mixer: np.uint64) -> I64:
        with np.errstate(over="ignore"):
            return ((codes.view(np.uint64) * mixer) >> self._shift).astype(np.int64)
