"""A raw object's bytes as blocks of whole lines: split on 0x0A only, read in bounded memory."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from orchestration.bronze.rules import MAX_LINE_BYTES, Reason
from orchestration.bronze.slow.parse import BOM, unread_reason
from orchestration.lake.manifest import GZIP, UTF16_MARKS

# An object of at most this size is one block and never leaves memory: nearly every object.
BLOCK_BYTES: Final = 32 << 20
# Blank lines are one byte long: without this limit, a block could have 32 million of them.
_BLOCK_LINES: Final = 1 << 18
_PREFIX_BYTES: Final = 4096
_NEWLINE: Final = 10
# A line without an end that is longer than this is too long, whatever follows.
_SURELY_TOO_LONG: Final = MAX_LINE_BYTES + len(BOM) + len(b"\r\n")


@dataclass(frozen=True)
class Quarantined:
    """A line that does not enter bronze.

    `index` is its place in the object, from 0; `offset` and `length` say where it lies in bytes,
    its end included; `sha256` is of these bytes, and `prefix` their first 4096.
    """

    index: int
    offset: int
    length: int
    sha256: str
    prefix: bytes
    reason: Reason
    detail: str

    @classmethod
    def of(
        cls, index: int, offset: int, content: bytes, reason: Reason, detail: str
    ) -> "Quarantined":
        """A line of which all bytes are at hand."""
        sha256 = hashlib.sha256(content).hexdigest()
        return cls(index, offset, len(content), sha256, content[:_PREFIX_BYTES], reason, detail)


@dataclass(frozen=True)
class Block:
    """Some lines of an object.

    `bounds` is int64 of shape (lines + 1,): line i lies at `content[bounds[i]:bounds[i + 1]]`, its
    end included. `offset` is where `content` begins in the object, `first` the index of its first
    line there.
    """

    content: bytes
    bounds: npt.NDArray[np.int64]
    offset: int
    first: int

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def line(self, place: int) -> bytes:
        """A line without its end (0x0A, or 0x0D 0x0A) and without the object's first BOM."""
        line = self._content_of(place)
        if self.first + place == 0:
            line = line.removeprefix(BOM)
        return line.removesuffix(b"\n").removesuffix(b"\r")

    def quarantined(self, place: int, reason: Reason, detail: str) -> Quarantined:
        """A line of this block as one that does not enter bronze."""
        offset = self.offset + int(self.bounds[place])
        content = self._content_of(place)
        return Quarantined.of(self.first + place, offset, content, reason, detail)

    def _content_of(self, place: int) -> bytes:
        return self.content[int(self.bounds[place]) : int(self.bounds[place + 1])]


class BlockReader:
    """Reads an object from a file, once.

    `size` is in bytes; `notes` counts what was tolerated, and is complete when `read` has ended.

    Args:
        file: The object.
        block_bytes: A block has at most so many, unless one line is longer.
    """

    def __init__(self, file: BinaryIO, block_bytes: int) -> None:
        self.size = file.seek(0, io.SEEK_END)
        self.notes: Counter[Reason] = Counter()
        file.seek(0)
        self._file, self._block_bytes = file, block_bytes
        self._offset = self._lines = 0

    def read(self) -> Iterator[Block | Quarantined]:
        """The lines in order.

        Lines come in blocks; one too long for memory comes alone, and so does an object of another
        format, which counts as one line.
        """
        buffer = self._file.read(self._block_bytes)
        if not buffer:
            self.notes[Reason.EMPTY_FILE] = 1
        elif buffer.startswith((GZIP, *UTF16_MARKS)):
            yield self._other_format(buffer)
            return
        elif buffer.startswith(BOM):
            self.notes[Reason.UTF8_BOM_START] = 1
        while buffer:
            is_last = self._offset + len(buffer) == self.size
            end = len(buffer) if is_last else buffer.rfind(b"\n") + 1
            if end:
                yield from self._blocks(buffer[:end])
                rest = buffer[end:]
                buffer = rest + self._file.read(self._block_bytes - len(rest))
            elif len(buffer) <= _SURELY_TOO_LONG:
                buffer += self._file.read(self._block_bytes)
            else:
                long_line, rest = self._long_line(buffer)
                yield long_line
                buffer = rest + self._file.read(max(0, self._block_bytes - len(rest)))

    def _blocks(self, content: bytes) -> Iterator[Block]:
        ends = np.flatnonzero(np.frombuffer(content, np.uint8) == _NEWLINE) + 1
        if not content.endswith(b"\n"):
            self.notes[Reason.MISSING_FINAL_NEWLINE] = 1
            ends = np.append(ends, len(content))
        # One byte is looked for first: that is many times faster, and nearly always the answer.
        if b"\r" in content and (crlf := content.count(b"\r\n")):
            self.notes[Reason.CRLF] += crlf
        bounds = np.concatenate(([0], ends)).astype(np.int64)
        for first in range(0, len(ends), _BLOCK_LINES):
            own = bounds[first : first + _BLOCK_LINES + 1]
            start, end = int(own[0]), int(own[-1])
            yield Block(content[start:end], own - start, self._offset, self._lines)
            self._offset += end - start
            self._lines += len(own) - 1

    def _other_format(self, start: bytes) -> Quarantined:
        start += self._file.read(_PREFIX_BYTES)
        digest, size = hashlib.sha256(start), len(start)
        while piece := self._file.read(self._block_bytes):
            digest.update(piece)
            size += len(piece)
        reason = Reason.GZIP_MAGIC if start.startswith(GZIP) else Reason.UTF16_BOM
        detail = f"{size} bytes of another format"
        prefix = start[:_PREFIX_BYTES]
        return Quarantined(0, 0, size, digest.hexdigest(), prefix, reason, detail)

    def _long_line(self, start: bytes) -> tuple[Quarantined, bytes]:
        """The line that begins with `start`, and what was read beyond its end."""
        digest, size, tail, rest = hashlib.sha256(), 0, b"", b""
        is_blank, piece = True, start
        while piece:
            end = piece.find(b"\n") + 1 or len(piece)
            piece, rest = piece[:end], piece[end:]
            digest.update(piece)
            text = piece.removeprefix(BOM) if self._offset + size == 0 else piece
            is_blank = is_blank and not text.strip()
            size, tail = size + len(piece), (tail + piece)[-2:]
            piece = b"" if tail.endswith(b"\n") else self._file.read(self._block_bytes)
        if tail == b"\r\n":
            self.notes[Reason.CRLF] += 1
        if not tail.endswith(b"\n"):
            self.notes[Reason.MISSING_FINAL_NEWLINE] = 1
        end_bytes = len(tail) - len(tail.removesuffix(b"\n").removesuffix(b"\r"))
        bom_bytes = len(BOM) if self._offset == 0 and start.startswith(BOM) else 0
        found = unread_reason(size - end_bytes - bom_bytes, is_blank=is_blank)
        sha256, prefix = digest.hexdigest(), start[:_PREFIX_BYTES]
        long_line = Quarantined(self._lines, self._offset, size, sha256, prefix, *found)
        self._offset += size
        self._lines += 1
        return long_line, rest
