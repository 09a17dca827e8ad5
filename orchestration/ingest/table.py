"""Rows of a CSV, read strictly: with the line on which each begins, and what is damaged."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from orchestration.ingest.account import Reason
from orchestration.ingest.header import (
    DELIMITERS,
    ROWS_ABOVE,
    TableError,
    header_among,
    matched,
    note_of_cut,
    note_of_header,
    require_columns,
    without_header,
)
from orchestration.ingest.text import has_control_characters, is_damaged
from orchestration.ingest.width import is_whole, spare_cells
from orchestration.wording import counted, printable

MAX_CELL_CHARACTERS: Final = 1 << 20
_EXCEL_HINT: Final = re.compile(r'sep=([^"\r\n])\r?\n?', re.IGNORECASE)
_ROWS_LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Row:
    """A row below the header: its cells, or its text as it stands where it is `damaged`.

    `detail` says what of it is damaged; of a formula, the column.
    """

    line: int
    cells: tuple[str, ...]
    damaged: Reason | None = None
    detail: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a file with normalised names, its rows, and what was detected.

    `delimiter` is that of a CSV. `is_1904`: a workbook that counts days from 1904.
    """

    columns: tuple[str, ...]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()
    delimiter: str = ""
    is_1904: bool = False


def read_table(
    name: str, text: str, delimiter: str | None, skip_rows: int, wanted: set[str]
) -> Table:
    """Read a CSV whose header stands below `skip_rows` lines; titles above it are passed over.

    Without `wanted` the first row with most cells is the header.

    Raises:
        TableError: No header, a delimiter of another kind, or a wanted column that is missing or
            there twice.
    """
    lines = list(io.StringIO(text, newline=""))
    first = next((n for n in range(skip_rows, len(lines)) if lines[n].strip()), None)
    notes: list[str] = []
    if first is not None and (hint := _EXCEL_HINT.fullmatch(lines[first])):
        delimiter, first = delimiter or hint[1], first + 1
        notes.append(f"line {first}: {hint[0].strip()} is read as the delimiter")
    starts = [n for n in range(first or 0, len(lines)) if lines[n].strip()][:ROWS_ABOVE]
    if first is None or not starts:
        raise without_header(printable(name), skip_rows, "ask for the file with its table")
    chosen = {n: delimiter or _delimiter(lines[n]) for n in starts}
    firsts = [next(_records(lines, n, chosen[n])).cells for n in starts]
    start = starts[header_among(firsts, wanted)]
    records = _records(lines, start, chosen[start])
    header = next(records)
    if header.damaged:
        raise TableError(f"{name}, line {header.line}: {header.damaged}: the header is damaged")
    columns, renamed = matched(header.cells, wanted)
    require_columns(name, header.line, columns, wanted, delimiter=chosen[start])
    notes += renamed
    if start != starts[0]:
        above = start - starts[0]
        notes.append(note_of_header(start + 1, above))
    if not delimiter:
        notes.append(f"delimiter {chosen[start]!r} detected")
    found = list(records)
    notes += note_of_cut(start + 1 + len(found))
    width = len(columns)
    if spare := spare_cells([row.cells for row in found if not row.damaged], columns):
        more = "more" if spare > 0 else "fewer"
        notes.append(f"every row has {counted(abs(spare), 'empty cell')} {more} than the header")
        found = [row if row.damaged else _of_width(row, width) for row in found]
    rows = [checked(row, width) for row in found]
    return Table(columns, rows, tuple(notes), chosen[start])


def _of_width(row: Row, width: int) -> Row:
    return Row(row.line, (*row.cells, *("",) * width)[:width] if row.cells else ())


def checked(row: Row, width: int) -> Row:
    """The row, marked where its width or its characters are wrong."""
    if row.damaged or not any(cell.strip() for cell in row.cells):
        return row
    if len(row.cells) != width:
        return Row(row.line, row.cells, Reason.COLUMN_COUNT)
    for cell in row.cells:
        if cell.isascii() and cell.isprintable() and "?" not in cell:
            continue
        if is_damaged(cell):
            return Row(row.line, row.cells, Reason.WRONG_ENCODING, cell)
        if has_control_characters(cell):
            return Row(row.line, row.cells, Reason.CONTROL_CHARACTER, cell)
    return row


def _delimiter(header: str) -> str:
    """The delimiter that cuts the header into most cells; the first of equals."""
    return max(DELIMITERS, key=header.count)


def _records(lines: Sequence[str], first: int, delimiter: str) -> Iterator[Row]:
    """The records from line `first` on.

    A record that is damaged ends with its first line: the rows that it would swallow are read.
    """
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    start = first
    header: tuple[str, ...] = ()
    while start < len(lines):
        feed = (lines[n] for n in range(start, len(lines)))
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        resume = len(lines)
        while True:
            before = start + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                yield _damaged(lines[before], before, str(error))
                resume = before + 1
                break
            after = start + reader.line_num
            if after - before > 1 and _swallows(lines[before:after], cells, delimiter, header):
                yield _damaged(lines[before], before, "rows would become text of this one")
                resume = before + 1
                break
            header = header or tuple(cells)
            yield Row(before + 1, tuple(cells))
        start = resume


def _damaged(line: str, index: int, why: str) -> Row:
    is_long = len(line) > MAX_CELL_CHARACTERS
    reason = Reason.TEXT_TOO_LONG if is_long else Reason.QUOTE_NOT_CLOSED
    return Row(index + 1, (line.rstrip("\r\n"),), reason, why)


def _swallows(
    lines: Sequence[str], cells: Sequence[str], delimiter: str, header: Sequence[str]
) -> bool:
    """Whether a cell of many lines holds what are rows of their own: its quote was never closed."""
    if len(header) < 3:
        return False
    # The last line has the cells after the one that is of many lines, so fewer than a whole row.
    is_first_cell = "\n" in cells[0] or "\r" in cells[0]
    inner = lines[1:-1] if is_first_cell else lines[1:]
    return any(
        line.count(delimiter) >= len(header) - 2 and is_whole(_cells(line, delimiter), header)
        for line in inner[:_ROWS_LOOKED_AT]
    )


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
