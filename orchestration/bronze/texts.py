"""Text columns made from bytes, for many lines at once."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.pieces import Bytes, Flags


def unescaped(literals: pa.Array) -> tuple[Flags, pa.Array]:
    """Which literals are free of quotes and of every escape but line breaks; what those say."""
    if not len(literals):
        return np.empty(0, bool), literals
    _, bounds, content = literals.buffers()
    offsets = np.frombuffer(bounds, np.int32)[: len(literals) + 1]
    text = np.frombuffer(content or b"", np.uint8)[: offsets[-1]]
    escapes = np.flatnonzero(text == ord("\\"))
    ends = offsets[np.searchsorted(offsets, escapes, "right")]
    is_break = (escapes + 1 < ends) & (text[np.minimum(escapes + 1, len(text) - 1)] == ord("n"))
    refused = np.concatenate((np.flatnonzero(text == ord('"')), escapes[~is_break]))
    is_plain = np.ones(len(literals), bool)
    is_plain[np.searchsorted(offsets, refused, "right") - 1] = False
    if len(refused):
        return is_plain, unescaped(literals.filter(pa.array(is_plain)))[1]
    if not len(escapes):
        return is_plain, literals
    # Of a break's two bytes one stays, and becomes the break.
    stays = np.ones(len(text), bool)
    stays[escapes + 1] = False
    said = text.copy()
    said[escapes] = ord("\n")
    moved = offsets - np.searchsorted(escapes, offsets).astype(np.int32)
    return is_plain, _strings(moved, said[stays])


def ids_of(matrix: Bytes) -> pa.Array:
    """The rows of a matrix, one text each."""
    offsets = np.arange(len(matrix) + 1, dtype=np.int32) * matrix.shape[1]
    return _strings(offsets, np.ascontiguousarray(matrix))


def _strings(offsets: npt.NDArray[np.int32], content: Bytes) -> pa.Array:
    buffers = pa.py_buffer(np.ascontiguousarray(offsets, np.int32)), pa.py_buffer(content)
    return pa.StringArray.from_buffers(len(offsets) - 1, *buffers)
