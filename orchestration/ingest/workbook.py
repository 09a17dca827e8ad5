"""Rows of an XLSX: dates as ISO 8601, numbers as they are counted in the cell, one sheet or all."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from orchestration.ingest.account import Reason
from orchestration.ingest.header import (
    ROWS_ABOVE,
    TableError,
    header_among,
    matched,
    note_of_cut,
    note_of_header,
    require_columns,
    without_header,
)
from orchestration.ingest.sheet import DateText, Formula, SheetFacts, facts_of
from orchestration.ingest.table import Row, Table, checked
from orchestration.wording import printable, shown

ALL_SHEETS: Final = "*"
# Excel keeps fifteen digits of a number: the others it makes zero.
_MOST_DIGITS: Final = 10**15
# How a workbook writes what XML cannot hold: a carriage return, above all.
_ESCAPED: Final = re.compile(r"_x(00[01][0-9A-Fa-f]|005F)_")
# What openpyxl and the modules below it raise for a workbook that is damaged or not standard.
_UNREADABLE: Final = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def read_workbook(
    name: str, content: bytes, sheet: str | None, skip_rows: int, wanted: set[str]
) -> list[tuple[str, Table]]:
    """Read the named sheet, the only one with the wanted columns, or all that have them (`*`).

    Returns:
        Tables with the name under which their rows are accounted for. The other sheets are named
        in the notes.

    Raises:
        TableError: Not a workbook, no such sheet, several that could be meant, no header, or a
            wanted column is missing.
    """
    # Here, since only a workbook needs it.
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            chosen = _chosen(name, book, sheet, skip_rows, wanted)
            if not chosen:
                raise TableError(f"{name} has no sheet of cells")
            tables = []
            for title in chosen:
                page: Any = book[title]
                facts = facts_of(archive.read(page._worksheet_path))
                label = name if len(chosen) == 1 else f"{name}, sheet {title}"
                tables.append((label, _table(name, title, page, facts, skip_rows, wanted)))
            unread = [
                f"sheet {page.title} not read"
                + (" (hidden)" if page.sheet_state != "visible" else "")
                for page in book
                if page.title not in chosen
            ]
    except TableError:
        raise
    except (InvalidFileException, *_UNREADABLE) as error:
        raise TableError(
            f"{name} cannot be read as XLSX ({printable(str(error), 200)}): open it in Excel or"
            " LibreOffice and save it again"
        ) from None
    first, table = tables[0]
    tables[0] = first, replace(table, notes=(*table.notes, *unread))
    is_1904 = book.epoch == CALENDAR_MAC_1904
    return [(label, replace(table, is_1904=is_1904)) for label, table in tables]


def _chosen(
    name: str, book: Any, sheet: str | None, skip_rows: int, wanted: set[str]
) -> Sequence[str]:
    titles = [page.title for page in book]
    if sheet is not None and sheet != ALL_SHEETS:
        if sheet not in titles:
            raise TableError(f"{name} has no sheet {shown(sheet)}: found {', '.join(titles)}")
        return [sheet]
    able: dict[str, int] = {}
    for title in titles:
        rows = [row for _, row in islice(_rows(book[title], SheetFacts(), skip_rows), ROWS_ABOVE)]
        if rows and wanted <= set(matched(rows[header_among(rows, wanted)], wanted)[0]):
            able[title] = sum(bool(cell.strip()) for row in rows for cell in row)
    if not able:
        return titles[:1]
    if not wanted:
        return [max(able, key=lambda title: able[title])]
    if len(able) > 1 and sheet is None:
        raise TableError(
            f"{name}: sheets {', '.join(able)} have the columns of the mapping: name one of them"
            f' with `sheet: {next(iter(able))}`, or read all with `sheet: "{ALL_SHEETS}"`'
        )
    return list(able)


def _table(
    name: str, title: str, page: Any, facts: SheetFacts, skip_rows: int, wanted: set[str]
) -> Table:
    if facts.disordered:
        raise TableError(
            f"{name}, sheet {title}: row {facts.disordered} is not after the row above it: open the"
            " file in Excel or LibreOffice and save it again"
        )
    rows = list(_rows(page, facts, skip_rows))
    if not rows:
        way_out = "name the sheet that has the table with `sheet`, in the mapping"
        raise without_header(f"{name}, sheet {title},", skip_rows, way_out)
    start = header_among([row for _, row in rows[:ROWS_ABOVE]], wanted)
    line, header = rows[start]
    columns, notes = matched(header, wanted)
    require_columns(f"{name}, sheet {title}", line, columns, wanted)
    width = len(columns)
    body = [
        _computed(
            checked(Row(number, cells + ("",) * (width - len(cells))), width), columns, wanted
        )
        for number, cells in rows[start + 1 :]
    ]
    notes.insert(0, f"sheet {title} read")
    if start:
        notes.append(note_of_header(line, start))
    # Formats of whole columns make blank rows down to the last one.
    notes += note_of_cut([number for number, cells in rows if cells][-1])
    return Table(columns, body, (*notes, *facts.notes(below=line)))


def _computed(row: Row, columns: Sequence[str], wanted: set[str]) -> Row:
    """The row, marked where a cell that is read is a formula without a result."""
    for column, cell in zip(columns, row.cells, strict=False):
        if isinstance(cell, Formula) and column in wanted and not row.damaged:
            return Row(row.line, row.cells, Reason.FORMULA_WITHOUT_RESULT, column)
    return row


def _rows(page: Any, facts: SheetFacts, skip_rows: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows with their number in the sheet, cut after the last cell that holds something."""
    # Programs write a size that is not that of the sheet: cells beyond it would not be read, and
    # where it is far larger, every row would be filled up to it.
    page.reset_dimensions()
    has_started = False
    above: dict[int, str] = {}
    for number, cells in enumerate(page.iter_rows(values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        for column, formula in facts.unknown.get(number, {}).items():
            if column < len(texts) and not texts[column]:
                texts[column] = formula
        for column, is_first in facts.merged.get(number, {}).items():
            texts += [""] * (column + 1 - len(texts))
            above[column] = texts[column] if is_first else above.get(column, "")
            texts[column] = above[column]
        while texts and not texts[-1].strip():
            texts.pop()
        if number <= skip_rows or not (texts or has_started):
            continue
        has_started = True
        yield number, tuple(texts)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        # Excel keeps a time as a fraction of a day: what is finer than a second is rounding.
        at = cell.replace(microsecond=0)
        if cell.microsecond >= 500_000 and at.year < date.max.year:
            at += timedelta(seconds=1)
        return DateText(at.date() if at.time() == time() else at)
    if isinstance(cell, date | time | timedelta):
        return DateText(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) >= _MOST_DIGITS:
            return f"{cell:.14E}"
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(cell))
