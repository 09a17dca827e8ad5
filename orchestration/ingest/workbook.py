"""Rows of an XLSX: one sheet, dates as ISO 8601, numbers as they are counted in the cell."""

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from orchestration.ingest.table import Row, Table, TableError, checked, require_columns
from orchestration.ingest.text import normalised


def read_workbook(
    name: str, content: bytes, sheet: str | None, skip_rows: int, wanted: set[str]
) -> Table:
    """Read the named sheet, else the first; the other sheets are named in the notes.

    Raises:
        TableError: Not a workbook, no such sheet, no header, or a wanted column is missing.
    """
    # Here, since only a workbook needs it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            names = list(book.sheetnames)
            chosen = sheet if sheet is not None else names[0]
            if chosen not in names:
                raise TableError(f"{name} has no sheet {chosen}: found {', '.join(names)}")
            rows = list(_rows(book[chosen], skip_rows))
    except TableError:
        raise
    except (InvalidFileException, KeyError, ValueError, OSError, IndexError, SyntaxError) as error:
        raise TableError(f"{name} cannot be read as XLSX: {error}") from None
    if not rows:
        raise TableError(f"{name}, sheet {chosen}, has no header below {skip_rows} rows")
    header, *body = rows
    columns = tuple(map(normalised, header.cells))
    require_columns(f"{name}, sheet {chosen}", header.line, columns, wanted)
    width = len(columns)
    padded = [Row(row.line, row.cells + ("",) * (width - len(row.cells))) for row in body]
    notes = [f"sheet {chosen} read"]
    notes += [f"sheet {other} not read" for other in names if other != chosen]
    return Table(columns, [checked(row, width) for row in padded], tuple(notes))


def _rows(sheet: Any, skip_rows: int) -> Iterator[Row]:
    """Rows with their number in the sheet, cut after the last cell that holds something."""
    has_header = False
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if number <= skip_rows or not (texts or has_header):
            continue
        has_header = True
        yield Row(number, tuple(texts))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        # Excel keeps a time as a fraction of a day: what is finer than a second is rounding.
        at = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        return at.date().isoformat() if at.time() == time() else at.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
