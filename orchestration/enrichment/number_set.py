"""Numbers as Arrow and NumPy both have them in memory, and whether many are in a list.

Arrow's own conversions load pandas, which takes longer than a search. `Lookup.holds`, which nothing
calls any more, uses them; it stays, since its file is part of the versions of models.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.enrichment.characters import I64


class NumberSet:
    """Numbers that are looked for."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = as_arrow(np.array(numbers, np.int64))

    def holds(self, numbers: I64) -> np.ndarray:
        """Whether each number is one of them."""
        found = pc.is_in(as_arrow(numbers), value_set=self._numbers)
        bits = np.frombuffer(found.buffers()[1], np.uint8)
        first = found.offset
        return np.unpackbits(bits, count=first + len(found), bitorder="little")[first:].astype(bool)


def as_arrow(numbers: I64) -> pa.Array:
    """Return the same numbers in the same memory."""
    buffer = pa.py_buffer(np.ascontiguousarray(numbers, np.int64))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, buffer])


def as_numbers(numbers: pa.Array, kind: type[np.generic]) -> np.ndarray:
    """Return the same numbers, none of them null, in the same memory."""
    return np.frombuffer(numbers.buffers()[1], kind, len(numbers), numbers.offset * kind().itemsize)
