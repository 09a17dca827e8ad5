"""Rows of a CSV, read strictly: with the line on which each begins, and what is damaged."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from orchestration.errors import UsageError
from orchestration.ingest.account import Reason
from orchestration.ingest.text import has_control_characters, is_damaged, normalised, printable

DELIMITERS: Final = (";", ",", "\t", "|")
# A cell that is longer is a quote that was never closed.
_LONGEST_CELL: Final = 1 << 20
_ROWS_LOOKED_AT: Final = 50


class TableError(UsageError):
    """A file that is not the table that the mapping reads; the message names file and line."""


@dataclass(frozen=True)
class Row:
    """A row below the header: its cells, or its text as it stands where it is `damaged`."""

    line: int
    cells: tuple[str, ...]
    damaged: Reason | None = None
    detail: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a file with normalised names, its rows, and what was detected."""

    columns: tuple[str, ...]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()


def decode(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file, and the encoding that it is in: as told, else as its bytes say.

    Raises:
        TableError: Bytes that the encoding does not have, or UTF-8 under another name.
    """
    if encoding in (None, "utf-8", "utf-8-sig"):
        try:
            return content.decode("utf-8-sig"), "utf-8"
        except UnicodeDecodeError as error:
            if encoding is not None:
                line = content.count(b"\n", 0, error.start) + 1
                raise TableError(
                    f"{name} is not {encoding} at byte {error.start} (line {line}):"
                    " set `encoding` in the mapping, or leave it out to have it detected"
                ) from None
        # Bytes 0x80 to 0x9f are letters of cp1252 and nothing in latin-1.
        try:
            return content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            return content.decode("latin-1"), "latin-1"
    text = _one_byte_text(name, content, encoding)
    return text, encoding or ""


def read_table(
    name: str, text: str, delimiter: str | None, skip_rows: int, wanted: set[str]
) -> Table:
    """Read a CSV whose header stands below `skip_rows` lines.

    Raises:
        TableError: No header, a delimiter of another kind, or a wanted column that is missing or
            there twice.
    """
    lines = list(io.StringIO(text, newline=""))
    first = next((n for n in range(skip_rows, len(lines)) if lines[n].strip()), None)
    if first is None:
        raise TableError(f"{printable(name)} has no header below {skip_rows} lines")
    chosen = delimiter or _delimiter(lines[first])
    records = _records(lines, first, chosen)
    header = next(records)
    columns = tuple(map(normalised, header.cells))
    if header.damaged:
        raise TableError(f"{name}, line {header.line}: {header.damaged}: the header is damaged")
    require_columns(name, header.line, columns, wanted, delimiter=chosen)
    notes = () if delimiter else (f"delimiter {chosen!r} detected",)
    return Table(columns, [checked(row, len(columns)) for row in records], notes)


def require_columns(
    name: str, line: int, columns: Sequence[str], wanted: set[str], *, delimiter: str = ""
) -> None:
    """Raise TableError for a column that the mapping reads and that is missing or there twice."""
    if missing := sorted(wanted - set(columns)):
        found = ", ".join(printable(column) for column in columns) or "none"
        other = next((d for d in DELIMITERS if delimiter and d != delimiter and d in found), None)
        hint = f"; the file may be separated by {other!r}: see `delimiter`" if other else ""
        raise TableError(
            f"{name}, line {line}: COLUMN_MISSING: no column {', '.join(missing)};"
            f" found {found}{hint}"
        )
    for column in sorted(wanted):
        if columns.count(column) > 1:
            raise TableError(
                f"{name}, line {line}: COLUMN_REPEATED: {columns.count(column)} columns are named"
                f" {column}, and the mapping reads it: rename one of them"
            )


def checked(row: Row, width: int) -> Row:
    """The row, marked where its width or its characters are wrong."""
    if row.damaged or not any(cell.strip() for cell in row.cells):
        return row
    if len(row.cells) != width:
        said = f"{len(row.cells)} cells; accepted: {width}"
        return Row(row.line, row.cells, Reason.COLUMN_COUNT, said)
    for cell in row.cells:
        if cell.isascii() and cell.isprintable():
            continue
        if is_damaged(cell):
            return Row(row.line, row.cells, Reason.WRONG_ENCODING, cell)
        if has_control_characters(cell):
            return Row(row.line, row.cells, Reason.CONTROL_CHARACTER, cell)
    return row


def _one_byte_text(name: str, content: bytes, encoding: str | None) -> str:
    try:
        as_utf8 = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        as_utf8 = ""
    if not as_utf8.isascii():
        raise TableError(
            f"{name} is UTF-8, the mapping says {encoding}: set `encoding: utf-8`, or leave it out"
        )
    try:
        return content.decode(encoding or "cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{name} is not {encoding} at byte {error.start} (line {line}):"
            " set `encoding` in the mapping, or leave it out to have it detected"
        ) from None


def _delimiter(header: str) -> str:
    """The delimiter that cuts the header into most cells; the first of equals."""
    return max(DELIMITERS, key=header.count)


def _records(lines: Sequence[str], first: int, delimiter: str) -> Iterator[Row]:
    """The records from line `first` on.

    A record that is damaged ends with its first line: the rows that it would swallow are read.
    """
    csv.field_size_limit(_LONGEST_CELL)
    start, width = first, 0
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
            if after - before > 1 and _swallows(lines[before:after], cells, delimiter, width):
                yield _damaged(lines[before], before, "rows would become text of this one")
                resume = before + 1
                break
            width = width or len(cells)
            yield Row(before + 1, tuple(cells))
        start = resume


def _damaged(line: str, index: int, why: str) -> Row:
    return Row(index + 1, (line.rstrip("\r\n"),), Reason.QUOTE_NOT_CLOSED, why)


def _swallows(lines: Sequence[str], cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a cell of many lines holds what are rows of their own: its quote was never closed."""
    if width < 3:
        return False
    # The last line has the cells after the one that is of many lines, so fewer than a whole row.
    is_first_cell = "\n" in cells[0] or "\r" in cells[0]
    inner = lines[1:-1] if is_first_cell else lines[1:]
    return any(
        line.count(delimiter) >= width - 1 and len(_cells(line, delimiter)) == width
        for line in inner[:_ROWS_LOOKED_AT]
    )


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
