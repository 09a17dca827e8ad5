"""Finding many numbers in a list of numbers."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.enrichment.characters import I64


class Lookup:
    """The places of numbers in a list without repetitions."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = pa.array(numbers, pa.int64())

    def places(self, codes: I64) -> I64:
        """Return for each number its place in the list, -1 where it is not in it."""
        found = pc.index_in(pa.array(codes), value_set=self._numbers)
        return np.asarray(found.fill_null(-1), np.int64)

    def holds(self, codes: I64) -> np.ndarray:
        """Whether each number is in the list."""
        return np.asarray(pc.is_in(pa.array(codes), value_set=self._numbers))
