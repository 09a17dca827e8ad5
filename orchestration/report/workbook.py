"""The report as a workbook: a cover and one sheet per table; text is text, never a formula."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from orchestration.report.document import Document
from orchestration.report.inert import inert
from orchestration.report.table import Table
from orchestration.report.words import word

# Of the whole workbook, so that the same publication gives the same bytes.
_CREATED: Final = datetime(2000, 1, 1)
_FORMATS: Final = {
    "count": "#,##0", "pct": "0.00", "days": "0.00", "hours": "0.00", "points": "+0.00;-0.00;0.00",
    "day": "yyyy-mm-dd",
}  # fmt: skip
_MOST_WIDTH: Final = 48
_LONGEST_NAME: Final = 31  # of a sheet, by Excel


def write_workbook(document: Document, path: Path) -> int:
    """Write it; gives the number of sheets."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"title": document.title, "author": "pqr report", "created": _CREATED})
    styles = {
        name: book.add_format({"num_format": form, "bold": bold})
        for bold in (False, True)
        for name, form in ((f"{unit}{bold}", form) for unit, form in _FORMATS.items())
    }
    styles["head"] = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#F3F6F9"}
    )
    styles["title"] = book.add_format({"bold": True, "font_size": 14})
    styles["wrap"] = book.add_format({"text_wrap": True, "valign": "top"})
    styles["bold"] = book.add_format({"bold": True})
    _cover(book, document, styles)
    tables = [*document.tables, *document.annexes]
    for number, table in enumerate(tables, start=1):
        sheet = book.add_worksheet(f"{number} {table.name}"[:_LONGEST_NAME])
        _sheet(sheet, table, styles)
    book.close()
    return len(tables) + 1


def _cover(book: Any, document: Document, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(word(document.language, "sheet.cover"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, document.title, styles["title"])
    named = word(document.language, "entity")
    lines = [(named, document.entity)] if document.entity else []
    lines += [(notice.title, notice.text) for notice in document.notices]
    lines += [*document.facts, ("", "")]
    lines += [(word(document.language, "missing"), line) for line in document.missing]
    lines += [(word(document.language, "method"), line) for line in document.method]
    for row, (name, value) in enumerate(lines, start=2):
        sheet.write_string(row, 0, name, styles["wrap"])
        sheet.write_string(row, 1, value, styles["wrap"])


def _sheet(sheet: Any, table: Table, styles: dict[str, Any]) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.title, styles["head"])
        longest = max((len(str(row[at] or "")) for row in table.rows), default=0)
        sheet.set_column(at, at, min(max(12, longest + 2), _MOST_WIDTH))
    for number, row in enumerate(table.rows):
        is_total = table.has_total and number == len(table.rows) - 1
        for at, value in enumerate(row):
            unit = table.unit_of(number, at)
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(
                    number + 1, at, inert(value), styles["bold"] if is_total else None
                )
            elif isinstance(value, date):
                sheet.write_datetime(number + 1, at, value, styles[f"day{is_total}"])
            else:
                sheet.write_number(number + 1, at, value, styles[f"{unit}{is_total}"])
    notes = [table.note, *table.laws, *table.sources]
    for offset, line in enumerate((line for line in notes if line), start=len(table.rows) + 2):
        sheet.write_string(offset, 0, line)
