"""A raw object's bytes as lines: split on 0x0A only, with what the object as a whole shows."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.bronze.parse import BOM
from orchestration.bronze.reasons import Reason
from orchestration.bronze.rules import MAX_LINE_BYTES
from orchestration.lake.lines import GZIP, UTF16_MARKS

# Lines go to the engine in blocks of this size, so that an object of any size fits in memory.
_BLOCK_BYTES = 32 << 20
_NEWLINE = 10
_BLANK = 32
_CONTROL = re.compile(rb"[\x00-\x1f]")


@dataclass(frozen=True)
class Lines:
    """The lines of an object.

    `bounds` is int64 of shape (lines + 1,): line i lies at `body[bounds[i]:bounds[i + 1]]`, its
    end included. `notes` counts what was tolerated. `unreadable` is set when the object is of
    another format: it then counts as one line that cannot enter bronze.
    """

    body: bytes
    bounds: npt.NDArray[np.int64]
    notes: Counter[Reason]
    unreadable: Reason | None

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def span(self, index: int) -> tuple[int, int]:
        """Offset and length of a line in the object, its end included."""
        start = int(self.bounds[index])
        return start, int(self.bounds[index + 1]) - start

    def line(self, index: int) -> bytes:
        """A line without its end (0x0A, or 0x0D 0x0A) and without the object's first BOM."""
        start, length = self.span(index)
        line = self.body[start : start + length]
        if index == 0 and self.notes[Reason.UTF8_BOM_START]:
            line = line[len(BOM) :]
        return line.removesuffix(b"\n").removesuffix(b"\r")

    def blocks(self) -> Iterator["Block"]:
        """The lines in blocks of some megabytes, in order."""
        first = 0
        while first < len(self):
            limit = self.bounds[first] + _BLOCK_BYTES
            last = max(first + 1, int(np.searchsorted(self.bounds, limit, side="right")) - 1)
            start, end = int(self.bounds[first]), int(self.bounds[last])
            window = pa.py_buffer(self.body).slice(start, end - start)
            bounds = self.bounds[first : last + 1] - start
            yield Block(self.body, start, window, bounds, first)
            first = last


@dataclass(frozen=True)
class Block:
    """Some lines of an object.

    `content` holds their bytes, which begin in `body` at `start`; `bounds` (int64, lines + 1) says
    where each begins in it, `first` is the index of the first in its object.
    """

    body: bytes
    start: int
    content: pa.Buffer
    bounds: npt.NDArray[np.int64]
    first: int

    def texts(self) -> npt.NDArray[np.bool_]:
        """Which lines a text column can hold: valid UTF-8, not too long, no control character."""
        raw = np.frombuffer(self.content, np.uint8)
        lengths = np.diff(self.bounds)
        controls = np.count_nonzero(raw < _BLANK) - len(lengths)
        # A last line without an end makes it one less; it is then looked at line by line.
        if not controls and lengths.max(initial=0) <= MAX_LINE_BYTES and self._is_utf8():
            return np.ones(len(lengths), bool)
        return np.fromiter((self._is_text(i) for i in range(len(lengths))), bool, len(lengths))

    def _is_utf8(self) -> bool:
        whole = pa.py_buffer(np.array([0, self.content.size], np.int32))
        try:
            pa.StringArray.from_buffers(1, whole, self.content).validate(full=True)
        except pa.ArrowInvalid:
            return False
        return True

    def _is_text(self, index: int) -> bool:
        start, end = int(self.bounds[index]), int(self.bounds[index + 1])
        line = self.content.slice(start, end - start).to_pybytes().removesuffix(b"\n")
        if len(line) > MAX_LINE_BYTES or _CONTROL.search(line):
            return False
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True


def split(body: bytes) -> Lines:
    """Find the lines of an object and what the object as a whole shows."""
    notes: Counter[Reason] = Counter()
    if not body:
        notes[Reason.EMPTY_FILE] = 1
        return Lines(body, np.zeros(1, np.int64), notes, None)
    if body.startswith(GZIP):
        return _unreadable(body, Reason.GZIP_MAGIC)
    if body.startswith(UTF16_MARKS):
        return _unreadable(body, Reason.UTF16_BOM)
    if body.startswith(BOM):
        notes[Reason.UTF8_BOM_START] = 1
    ends = np.flatnonzero(np.frombuffer(body, np.uint8) == _NEWLINE) + 1
    if not body.endswith(b"\n"):
        notes[Reason.MISSING_FINAL_NEWLINE] = 1
        ends = np.append(ends, len(body))
    # One byte is looked for first: that is many times faster, and nearly always the answer.
    if b"\r" in body and (crlf := body.count(b"\r\n")):
        notes[Reason.CRLF] = crlf
    return Lines(body, np.concatenate(([0], ends)).astype(np.int64), notes, None)


def _unreadable(body: bytes, reason: Reason) -> Lines:
    return Lines(body, np.array([0, len(body)], np.int64), Counter(), reason)
