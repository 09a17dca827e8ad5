"""The canonical `data` of transitions and messages, read column by column without a parser.

A transition's `data` is one of a few hundred texts. A message's is a text between two fixed parts:

    {"role":"<role>","text":"<text>","text_len":<digits>}
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.heads import windows
from orchestration.bronze.rules import Rules

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LENGTH: Final = b'","text_len":'
_DIGITS: Final = 9
# The end of a message: the longest that is read here, closing brace included.
_END_WIDTH: Final = len(_LENGTH) + _DIGITS + 1
# Texts of up to this many bytes lie in the view itself.
_INLINE: Final = 12
_ZERO: Final = ord("0")


@dataclass(frozen=True)
class Messages:
    """What message data hold; all arrays of one length.

    `is_canonical` says which could be read; `role` is the place in the rules' roles, `start` and
    `length` where the text's literal lies, `text_len` the number that was written beside it.
    """

    is_canonical: Flags
    role: npt.NDArray[np.int8]
    start: Integers
    length: Integers
    text_len: Integers


@dataclass(frozen=True)
class _Texts:
    """The texts of all transitions, right-aligned in a matrix, with a key of each."""

    moves: list[tuple[str, str, str]]
    matrix: Bytes
    keys: npt.NDArray[np.uint64]
    order: Integers


def transitions(rules: Rules) -> list[tuple[str, str, str]]:
    """Every status_from, status_to and actor_role that a transition may have."""
    return list(product(rules.statuses, rules.statuses, rules.actor_roles))


def read_transitions(buffer: Bytes, ends: Integers, lengths: Integers, rules: Rules) -> Integers:
    """The place of each transition in `transitions`, or -1 where `data` is none of those texts.

    `ends` and `lengths` say where the `data` lie in `buffer`.
    """
    texts = _texts(rules)
    found_texts = _right_aligned(buffer, ends, lengths, texts.matrix.shape[1])
    keys = _keys(found_texts)
    place = np.minimum(np.searchsorted(texts.keys, keys), len(texts.keys) - 1)
    found = texts.order[place]
    # The key finds a candidate; only equal bytes decide.
    differing = (found_texts ^ texts.matrix[found]).view(np.uint64).any(axis=1)
    same = ~differing & (lengths <= texts.matrix.shape[1])
    return np.where(same, found, -1)


def read_messages(buffer: Bytes, starts: Integers, lengths: Integers, rules: Rules) -> Messages:
    """Read the fixed parts of messages; whether their texts are canonical is for the engine."""
    ends = starts + lengths
    role = np.full(len(starts), -1, np.int8)
    text_start = starts.copy()
    for place, name in enumerate(rules.roles):
        opening = np.frombuffer(f'{{"role":"{name}","text":"'.encode(), np.uint8)
        rows = np.flatnonzero(lengths > len(opening) + _END_WIDTH)
        fits = (windows(buffer, starts[rows], len(opening)) == opening).all(axis=1)
        role[rows[fits]] = place
        text_start[rows[fits]] += len(opening)
    tail = windows(buffer, ends - _END_WIDTH, _END_WIDTH)
    digits = tail[:, len(_LENGTH) : -1] - np.uint8(_ZERO)
    is_digit = digits <= 9
    # Digits that reach without a gap to the closing brace.
    run = np.cumprod(is_digit[:, ::-1], axis=1, dtype=np.int8)
    count = run.sum(axis=1, dtype=np.int64)
    powers = 10 ** np.arange(_DIGITS - 1, -1, -1, dtype=np.int64)
    text_len = (digits.astype(np.int64) * run[:, ::-1]) @ powers
    columns = (_DIGITS - count)[:, None] + np.arange(len(_LENGTH))
    named = np.take_along_axis(tail, columns, axis=1)
    good = (role >= 0) & (count > 0) & (named == np.frombuffer(_LENGTH, np.uint8)).all(axis=1)
    good &= (count == 1) | (text_len >= 10 ** np.maximum(count - 1, 0))  # no leading zero
    length = ends - 1 - count - len(_LENGTH) - text_start
    return Messages(good & (length >= 0), role, text_start, length, text_len)


def text_views(buffer: pa.Buffer, starts: Integers, lengths: Integers) -> pa.Array:
    """Texts that lie in `buffer`, valid UTF-8, without a copy of the long ones.

    Every text must be followed by at least 12 bytes.
    """
    layout: Any = np.dtype([("length", "<i4"), ("prefix", "V4"), ("buffer", "<i4"), ("at", "<i4")])
    views = np.zeros(len(starts), layout)
    raw = np.frombuffer(buffer, np.uint8)
    views["length"] = lengths
    views["prefix"] = np.ascontiguousarray(windows(raw, starts, 4)).view("V4").ravel()
    views["at"] = starts
    short = np.flatnonzero(lengths <= _INLINE)
    content = windows(raw, starts[short], _INLINE)
    content[np.arange(_INLINE) >= lengths[short][:, None]] = 0
    views.view(np.uint8).reshape(-1, 16)[short, 4:] = content
    return pa.Array.from_buffers(pa.string_view(), len(starts), [None, pa.py_buffer(views), buffer])


def _right_aligned(buffer: Bytes, ends: Integers, lengths: Integers, width: int) -> Bytes:
    found = windows(buffer, ends - width, width)
    found[np.arange(width) < (width - lengths)[:, None]] = 0
    return found


@lru_cache(maxsize=4)
def _texts(rules: Rules) -> _Texts:
    moves = transitions(rules)
    form = '{{"status_from":"{}","status_to":"{}","actor_role":"{}"}}'
    texts = [form.format(*move).encode() for move in moves]
    width = -(-max(map(len, texts)) // 8) * 8
    matrix = np.frombuffer(b"".join(text.rjust(width, b"\0") for text in texts), np.uint8)
    matrix = matrix.reshape(len(texts), width)
    keys = _keys(matrix)
    order = np.argsort(keys)
    return _Texts(moves, matrix, keys[order], order)


def _keys(matrix: Bytes) -> npt.NDArray[np.uint64]:
    """A number for each row; equal rows have equal numbers."""
    words = np.ascontiguousarray(matrix).view(np.uint64)
    odd = 2 * np.arange(1, words.shape[1] + 1, dtype=np.uint64) + 1
    factors = odd * np.uint64(0x9E3779B97F4A7C15)
    mixed: npt.NDArray[np.uint64] = (words * factors).sum(axis=1, dtype=np.uint64)
    return mixed
