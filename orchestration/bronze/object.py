"""One raw object to its bronze and quarantine files, on local disk and on one thread.

An object of one block (nearly every object) is judged in memory. A larger one is judged block by
block into a database on local disk, which puts it in order: memory does not grow with the object.
Both ways give the same rows, and the same bytes unless all lines of the single block are canonical
and in order: it is then written from dictionaries, without being merged.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar
from uuid import UUID

import numpy as np
import pyarrow as pa

from orchestration.bronze.blocks import BLOCK_BYTES, Block, BlockReader, Quarantined
from orchestration.bronze.fast.canonical import Canonical, read_canonical
from orchestration.bronze.merge import Duplicate, Spill, merge
from orchestration.bronze.rules import Reason, Rules
from orchestration.bronze.slow.judge import judge_line
from orchestration.bronze.slow.parse import Rejected
from orchestration.bronze.table import (
    JUDGED,
    quarantine_table,
    write_empty_quarantine,
    write_events,
    write_quarantine,
)
from orchestration.errors import WorkFailed

Item = TypeVar("Item")

# So many rows are made of Python objects at once.
_ROWS_AT_ONCE: Final = 4096


class EquationBroken(WorkFailed):
    """lines = bronze + quarantined does not hold: nothing of the object may be committed."""


@dataclass(frozen=True)
class RawObject:
    """What a raw object is: where it lies and which events it holds."""

    key: str
    run_id: UUID
    source: str
    day: date


@dataclass(frozen=True)
class Judged:
    """What became of an object: rows by outcome, and the files that hold them."""

    lines: int
    bronze: int
    quarantined: Mapping[str, int]
    notes: Mapping[str, int]
    bronze_file: Path
    quarantine_file: Path


def judge_object(
    body: bytes | Path, raw: RawObject, rules: Rules, folder: Path, block_bytes: int = BLOCK_BYTES
) -> Judged:
    """Judge every line of an object and write `bronze.parquet` and `quarantine.parquet`.

    The files are a function of `body`, `raw` and `rules` alone.

    Args:
        body: The object's bytes, or the local file that holds them.
        raw: What the object is.
        rules: The known values.
        folder: An empty folder for the two files; an object of several blocks also needs room for
            its lines there, about twice its size.
        block_bytes: An object of at most this size is judged in memory.

    Raises:
        EquationBroken: A line was lost or doubled; a defect of this program.
    """
    with _opened(body) as file:
        return _ObjectJudge(raw, rules, folder).judge(file, block_bytes)


@contextmanager
def _opened(body: bytes | Path) -> Iterator[BinaryIO]:
    with io.BytesIO(body) if isinstance(body, bytes) else body.open("rb") as file:
        yield file


class _ObjectJudge:
    def __init__(self, raw: RawObject, rules: Rules, folder: Path) -> None:
        self._raw, self._rules, self._folder = raw, rules, folder
        self._bronze_file = folder / "bronze.parquet"
        self._quarantine_file = folder / "quarantine.parquet"
        self._lines = 0
        self._reasons: Counter[str] = Counter()

    def judge(self, file: BinaryIO, block_bytes: int) -> Judged:
        reader = BlockReader(file, block_bytes)
        pieces = reader.read()
        first = next(pieces, None)
        if first is None:
            bronze = self._write_events([JUDGED.empty_table()])
            self._write_quarantine([])
        elif isinstance(first, Block) and len(first.content) == reader.size:
            bronze = self._judge_in_memory(first)
        else:
            bronze = self._judge_on_disk(file, first, pieces)
        quarantined = sum(self._reasons.values())
        if self._lines != bronze + quarantined:
            raise EquationBroken(
                f"{self._raw.key}: {self._lines} lines, {bronze} in bronze,"
                f" {quarantined} quarantined"
            )
        reasons = dict(sorted(self._reasons.items()))
        notes = {str(reason): count for reason, count in sorted(reader.notes.items())}
        return Judged(self._lines, bronze, reasons, notes, self._bronze_file, self._quarantine_file)

    def _judge_in_memory(self, block: Block) -> int:
        self._lines = len(block)
        canonical, slow, quarantined = self._judge_block(block)
        if len(slow) or not (canonical.is_distinct and canonical.is_sorted):
            merged = merge(canonical.events.cast(JUDGED), slow)
            events = merged.events
            quarantined += [
                block.quarantined(item.line_no - 1, *_reason(item)) for item in merged.duplicates
            ]
            quarantined.sort(key=lambda line: line.index)
        else:
            events = canonical.events
        self._write_quarantine(list(self._quarantine_tables(quarantined)))
        return self._write_events([events])

    def _judge_on_disk(
        self, file: BinaryIO, first: Block | Quarantined, others: Iterator[Block | Quarantined]
    ) -> int:
        with Spill(self._folder) as spill:
            piece: Block | Quarantined | None = first
            del first
            while piece is not None:
                self._spill(piece, spill)
                piece = next(others, None)
            for duplicates in spill.duplicates():
                again = (_read_again(file, *duplicate) for duplicate in duplicates)
                for table in self._quarantine_tables(again):
                    spill.add_quarantined(table)
            self._write_quarantine(spill.quarantined())
            return self._write_events(spill.events())

    def _spill(self, piece: Block | Quarantined, spill: Spill) -> None:
        if isinstance(piece, Quarantined):
            self._lines += 1
            quarantined = [piece]
        else:
            self._lines += len(piece)
            canonical, slow, quarantined = self._judge_block(piece)
            for events in (canonical.events.cast(JUDGED), slow):
                places = events["line_no"].to_numpy() - 1 - piece.first
                starts, ends = piece.bounds[places], piece.bounds[places + 1]
                spill.add_events(events, starts + piece.offset, ends - starts)
        for table in self._quarantine_tables(quarantined):
            spill.add_quarantined(table)

    def _judge_block(self, block: Block) -> tuple[Canonical, pa.Table, list[Quarantined]]:
        """What the fast path takes, what the slow path takes, and what neither does."""
        raw = self._raw
        canonical = read_canonical(block, self._rules, raw.source, raw.day)
        is_open = np.ones(len(block), bool)
        is_open[canonical.places - block.first] = False
        quarantined: list[Quarantined] = []
        tables = [JUDGED.empty_table()]
        for places in _batches(np.flatnonzero(is_open).tolist()):
            rows: list[dict[str, Any]] = []
            for place in places:
                try:
                    event = judge_line(block.line(place), self._rules, raw.source, raw.day)
                    rows.append(event.row(block.first + place + 1))
                except Rejected as rejected:
                    quarantined.append(block.quarantined(place, rejected.reason, rejected.detail))
            tables.append(pa.Table.from_pylist(rows, schema=JUDGED))
        return canonical, pa.concat_tables(tables), quarantined

    def _quarantine_tables(self, lines: Iterable[Quarantined]) -> Iterator[pa.Table]:
        """The lines as tables of some rows each, counted by reason."""
        raw, version = self._raw, self._rules.version
        for some in _batches(lines):
            self._reasons.update(str(line.reason) for line in some)
            yield quarantine_table(some, raw.run_id, raw.key, raw.source, raw.day, version)

    def _write_quarantine(self, tables: Iterable[pa.Table]) -> None:
        if self._reasons:
            write_quarantine(tables, self._quarantine_file)
        else:
            write_empty_quarantine(self._quarantine_file)

    def _write_events(self, tables: Iterable[pa.Table]) -> int:
        return write_events(tables, self._raw.source, self._raw.day, self._bronze_file)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, _ROWS_AT_ONCE)):
        yield some


def _reason(duplicate: Duplicate) -> tuple[Reason, str]:
    is_same = duplicate.is_same
    reason = Reason.DUP_EVENT_SAME_PAYLOAD if is_same else Reason.DUP_EVENT_CONFLICT
    return reason, f"{duplicate.event_id}, first on line {duplicate.first_line}"


def _read_again(file: BinaryIO, duplicate: Duplicate, offset: int, length: int) -> Quarantined:
    file.seek(offset)
    content = file.read(length)
    return Quarantined.of(duplicate.line_no - 1, offset, content, *_reason(duplicate))
