"""Pieces of many canonical lines at once: fixed texts, numbers, quoted names, text columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.rules import MAX_LINE_BYTES

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BLANK: Final = ord(" ")
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")
_DIGITS: Final = 9
_ZERO: Final = ord("0")
_QUOTE: Final = ord('"')
_BACKSLASH: Final = ord("\\")
# Names longer than this are left to the slow path.
_NAME_WIDTH: Final = 64


def text_lines(content: bytes, bounds: Integers) -> Flags:
    """Which lines a text column can hold: valid UTF-8, not too long, no control character."""
    lengths = np.diff(bounds)
    controls = np.count_nonzero(np.frombuffer(content, np.uint8) < _BLANK)
    has_no_control = controls == len(lengths) - (not content.endswith(b"\n"))
    if has_no_control and lengths.max(initial=0) <= MAX_LINE_BYTES and _is_utf8(content):
        return np.ones(len(lengths), bool)
    spans = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    lines = (content[start:end].removesuffix(b"\n") for start, end in spans)
    return np.fromiter(map(_is_text, lines), bool, len(lengths))


def _is_utf8(content: bytes) -> bool:
    buffer = pa.py_buffer(content)
    whole = pa.py_buffer(np.array([0, buffer.size], np.int32))
    try:
        pa.StringArray.from_buffers(1, whole, buffer).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_text(line: bytes) -> bool:
    if len(line) > MAX_LINE_BYTES or _CONTROL.search(line):
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def windows(buffer: Bytes, starts: Integers, width: int) -> Bytes:
    """The `width` bytes from each start on, as a matrix of one row each."""
    if not len(starts):
        return np.empty((0, width), np.uint8)
    # One element for each place, as wide as a window: rows are copied whole, not byte by byte.
    overlapping = np.ndarray(len(buffer) - width + 1, f"V{width}", buffer, strides=1)
    return overlapping[starts].view(np.uint8).reshape(len(starts), width)


def has_any(matrix: Bytes) -> Flags:
    """Which rows have a byte that is not zero; widths are multiples of 8."""
    return np.asarray(np.ascontiguousarray(matrix).view(np.uint64).any(axis=1), bool)


def begins_with(buffer: Bytes, starts: Integers, text: bytes) -> Flags:
    """Where `text` stands."""
    width = -(-len(text) // 8) * 8
    wanted = np.frombuffer(text.ljust(width, b"\0"), np.uint8)
    found = windows(buffer, np.minimum(starts, len(buffer) - width), width) ^ wanted
    found[:, len(text) :] = 0
    return ~has_any(found) & (starts + width <= len(buffer))


@dataclass(frozen=True)
class Lexicon:
    """Texts of which a piece of a line must be one, right-aligned in a matrix with their keys."""

    texts: tuple[bytes, ...]
    matrix: Bytes
    keys: npt.NDArray[np.uint64]
    order: Integers

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Lexicon":
        """The lexicon of these texts; a text's place is its index."""
        width = -(-max(map(len, texts)) // 8) * 8
        matrix = np.frombuffer(b"".join(text.rjust(width, b"\0") for text in texts), np.uint8)
        matrix = matrix.reshape(len(texts), width)
        keys = _keys(matrix)
        order = np.argsort(keys)
        return cls(tuple(texts), matrix, keys[order], order)

    def find(self, buffer: Bytes, ends: Integers, lengths: Integers) -> Integers:
        """The place of each piece that ends at `ends`, or -1 where it is not one of the texts."""
        width = self.matrix.shape[1]
        usable = (lengths > 0) & (lengths <= width) & (ends >= width)
        found = windows(buffer, np.where(usable, ends, width) - width, width)
        found[np.arange(width) < (width - lengths)[:, None]] = 0
        position = np.minimum(np.searchsorted(self.keys, _keys(found)), len(self.keys) - 1)
        place = self.order[position]
        # The key finds a candidate; only equal bytes decide.
        return np.where(usable & ~has_any(found ^ self.matrix[place]), place, -1)


@dataclass(frozen=True)
class Numbers:
    """Whole numbers: where each begins, and its value; -1 where there is no canonical number."""

    starts: Integers
    values: Integers


def numbers_before(buffer: Bytes, ends: Integers) -> Numbers:
    """The digits that stand before each end: at most nine, without a leading zero."""
    digits = windows(buffer, np.maximum(ends - _DIGITS, 0), _DIGITS) - np.uint8(_ZERO)
    run = np.cumprod((digits <= 9)[:, ::-1], axis=1, dtype=np.int8)[:, ::-1]
    count = run.sum(axis=1, dtype=np.int64)
    powers = 10 ** np.arange(_DIGITS - 1, -1, -1, dtype=np.int64)
    value = (digits.astype(np.int64) * run) @ powers
    good = (count > 0) & ((count == 1) | (value >= 10 ** np.maximum(count - 1, 0)))
    return Numbers(ends - count, np.where(good, value, -1))


def name_lengths(buffer: Bytes, starts: Integers, width: int = _NAME_WIDTH) -> Integers:
    """Bytes from each start to the next quote; -1 without one nearby, or with an escape before."""
    text = windows(buffer, np.minimum(starts, len(buffer) - width), width)
    is_quote = text == _QUOTE
    length = is_quote.argmax(axis=1)
    good = is_quote.any(axis=1) & (starts + width <= len(buffer))
    escapes = text == _BACKSLASH
    if escapes.any():
        good &= ~(escapes & (np.arange(width) < length[:, None])).any(axis=1)
    return np.where(good, length, -1).astype(np.int64)


def _keys(matrix: Bytes) -> npt.NDArray[np.uint64]:
    """A number for each row; equal rows have equal numbers."""
    words = np.ascontiguousarray(matrix).view(np.uint64)
    odd = 2 * np.arange(1, words.shape[1] + 1, dtype=np.uint64) + 1
    mixed: npt.NDArray[np.uint64] = (words * (odd * np.uint64(0x9E3779B97F4A7C15))).sum(
        axis=1, dtype=np.uint64
    )
    return mixed


def unescaped(literals: pa.Array) -> tuple[Flags, pa.Array]:
    """Which literals have no quote and no escape but line breaks, and the texts of these."""
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
    unescaped_bytes = text.copy()
    unescaped_bytes[escapes] = ord("\n")
    moved = offsets - np.searchsorted(escapes, offsets).astype(np.int32)
    return is_plain, _strings(moved, unescaped_bytes[stays])


def slices(content: bytes, starts: Integers, lengths: Integers) -> pa.Array:
    """Slices of UTF-8 as texts: in order, apart, and cut between characters."""
    if not len(starts):
        return pa.array([], pa.string())
    # Every other text of this array is what lies between two slices.
    bounds = np.column_stack((starts, starts + lengths)).astype(np.int32).reshape(-1)
    buffers = pa.py_buffer(bounds), pa.py_buffer(content)
    alternating = pa.StringArray.from_buffers(len(bounds) - 1, *buffers)
    return alternating.take(pa.array(np.arange(0, len(bounds), 2)))


def ids_of(matrix: Bytes) -> pa.Array:
    """The rows of a matrix, one text each."""
    offsets = np.arange(len(matrix) + 1, dtype=np.int32) * matrix.shape[1]
    return _strings(offsets, np.ascontiguousarray(matrix))


def _strings(offsets: npt.NDArray[np.int32], content: Bytes) -> pa.Array:
    buffers = pa.py_buffer(np.ascontiguousarray(offsets, np.int32)), pa.py_buffer(content)
    return pa.StringArray.from_buffers(len(offsets) - 1, *buffers)
