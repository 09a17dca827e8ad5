"""Arrow columns made from buffers: `pa.array` would import pandas, most of a worker's start-up."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from simulator.text.choice import I64, Bool

# Blocks of like size come and go: malloc keeps their pages, where arrow's own pool gives them back
# to the system and faults them in again, a sixth of the time of rendering.
POOL: pa.MemoryPool = pa.system_memory_pool()


def text_column(texts: Sequence[str]) -> pa.Array:
    """Return a string column of `texts`."""
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(data) for data in encoded], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def index_column(index: I64) -> pa.Array:
    """Return an int64 column over the memory of `index`."""
    return pa.Array.from_buffers(pa.int64(), len(index), [None, pa.py_buffer(index)])


def flag_column(flags: Bool) -> pa.Array:
    """Return a boolean column of `flags`."""
    bits = np.packbits(flags, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(flags), [None, pa.py_buffer(bits)])


def numbers(column: pa.Array) -> I64:
    """Return an integer column without nulls as an int64 array."""
    return np.from_dlpack(column).astype(np.int64)


# `pa.scalar` would import pandas as well.
NO_TEXT: pa.Scalar = text_column([""])[0]
