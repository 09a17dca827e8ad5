"""Rows below a header that hold no case, and no information either: skipped, counted and named."""

import re
from typing import Final

from orchestration.ingest.account import Reason
from orchestration.ingest.header import TableError
from orchestration.ingest.table import Row, Table
from orchestration.ingest.text import folded, normalised

_TOTAL: Final = re.compile(r"((gran |sub)?total(es)?|suma(toria)?|promedio)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[\d.,%$ ()-]+|=.+")
# What is written below a table is a sentence; the first cell of a line that was cut is not.
# A letter first, and one after the first blank: a long cell is looked through once.
_SENTENCE: Final = re.compile(r"[^\W\d_]\S*\s.*[^\W\d_]")


def why_skipped(file: str, table: Table) -> dict[int, str]:
    """The kind of every row without a case, by its line.

    Raises:
        TableError: A header with the same columns in another order: rows below it would be misread.
    """
    columns = [folded(column) for column in table.columns]
    header = sorted(columns)
    found: dict[int, str] = {}
    is_foot = True
    for row in reversed(table.rows):
        filled = [cell for cell in map(normalised, row.cells) if cell]
        if kind := _kind(row.cells, filled, columns, row.damaged):
            found[row.line] = kind
        elif is_foot and len(filled) == 1 and _is_footnote(row, filled[0]):
            found[row.line] = "FOOTNOTE"
        else:
            is_foot = False
        is_whole = len(filled) == len(header) > 1 and row.line not in found
        if is_whole and folded(filled[0]) in header and sorted(map(folded, filled)) == header:
            raise TableError(
                f"{file}, line {row.line}: HEADER_CHANGES: the columns are named again in another"
                " order: deliver what is below as a file of its own"
            )
    return found


def _is_footnote(row: Row, text: str) -> bool:
    """Whether a row says in its first cell, and nowhere else, what is said below a table."""
    is_alone = row.damaged is Reason.COLUMN_COUNT and len(row.cells) == 1
    is_first = normalised(row.cells[0]) == text
    return is_first and (is_alone or row.damaged is None) and _SENTENCE.match(text) is not None


def _kind(
    cells: tuple[str, ...], filled: list[str], columns: list[str], damaged: Reason | None
) -> str:
    if not filled:
        return "BLANK_ROW"
    if damaged not in (None, Reason.COLUMN_COUNT, Reason.FORMULA_WITHOUT_RESULT):
        return ""
    if len(cells) == len(columns) and all(
        folded(cell) == column for cell, column in zip(cells, columns, strict=True)
    ):
        return "REPEATED_HEADER"
    if _TOTAL.match(filled[0]) and all(map(_NUMBER.fullmatch, filled[1:])):
        return "TOTAL_ROW"
    return ""
