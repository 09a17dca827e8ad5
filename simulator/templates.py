"""Lines in bulk: pieces of fixed width laid out side by side, ready-made texts, and their join."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from simulator.streams import I64
from simulator.text.columns import NO_TEXT, POOL, index_column

Piece = str | npt.NDArray[np.bytes_]


def filled(pieces: list[Piece], rows: int) -> pa.Array:
    """Lay pieces out side by side in one buffer of fixed width, as a string array."""
    blanks = [p.encode() if isinstance(p, str) else b" " * p.dtype.itemsize for p in pieces]
    starts = np.cumsum([0, *map(len, blanks)])
    # The template once a row, then only what changes from row to row.
    block = np.full(rows, b"".join(blanks))
    columns = [(start, p) for start, p in zip(starts.tolist(), pieces, strict=False)
               if not isinstance(p, str)]  # fmt: skip
    layout = np.dtype(
        {
            "names": [str(start) for start, _ in columns],
            "formats": [column.dtype for _, column in columns],
            "offsets": [start for start, _ in columns],
            "itemsize": block.dtype.itemsize,
        }
    )
    for start, column in columns:
        block.view(layout)[str(start)] = column
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(layout.itemsize)
    return pa.Array.from_buffers(
        pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    )


def taken(column: pa.Array, place: I64) -> pa.Array:
    """Return the ready-made text of each place."""
    return pc.take(column, index_column(place), boundscheck=False, memory_pool=POOL)


def joined(*columns: pa.Array) -> pa.Array:
    """Join the texts of each row."""
    return pc.binary_join_element_wise(*columns, NO_TEXT, memory_pool=POOL)
