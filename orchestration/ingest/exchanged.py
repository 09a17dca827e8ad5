"""Dates in which a spreadsheet took the day for the month: 03/07/2025 became the 7th of March."""

import re
from collections.abc import Container, Sequence
from datetime import date, tzinfo
from typing import Final

from orchestration.ingest.dates import read_moment
from orchestration.ingest.header import TableError
from orchestration.ingest.table import Table
from orchestration.ingest.text import normalised
from orchestration.ingest.time_formats import date_alone
from orchestration.ingest.time_rule import TimeRule
from orchestration.wording import printable

# Fewer dates may fall apart like this by chance.
_FEWEST: Final = 5
_LAST_MONTH: Final = 12
_STORED: Final = re.compile(r"\d{4}-\d\d-\d\d(?!\d).*|\d{5}(?:[.,]\d+)?")
_WRITTEN: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\d).*")


def require_days_and_months(
    file: str,
    table: Table,
    rules: Sequence[TimeRule],
    typed: Sequence[str],
    zone: tzinfo,
    skipped: Container[int],
) -> None:
    """Refuse a table in which the dates up to the 12th are of another kind than those after it.

    A spreadsheet that expects the month first makes a date of 03/07/2025, the wrong one, and leaves
    13/07/2025 as text: each can be read, and nothing else shows it.

    Args:
        file: Its name.
        table: Has the columns of the rules.
        rules: What is read.
        typed: The formats of cells that hold dates.
        zone: The clock of a text that names none.
        skipped: The lines of rows without a case.

    Raises:
        TableError: Names the column, and a date of each kind.
    """
    width = len(table.columns)
    rows = [r.cells for r in table.rows if len(r.cells) == width and r.line not in skipped]
    for rule in rules:
        place = table.columns.index(normalised(rule.column))
        texts = dict.fromkeys(normalised(cells[place]) for cells in rows)
        # The time of day may stand in another column.
        formats = (*rule.formats, *map(date_alone, rule.formats), *typed)
        # Where all are of one kind, none is read here.
        stored = [text for text in texts if _STORED.fullmatch(text)]
        written = [text for text in texts if _WRITTEN.fullmatch(text)] if stored else []
        if len(written) < _FEWEST or len(stored) < _FEWEST:
            continue
        early, late = (_days(some, formats, zone) for some in (stored, written))
        # In one month, a register may have changed its way of writing dates after the 12th.
        is_split = len({(day.year, day.month) for day in early}) > 1
        if (
            is_split
            and min(len(early), len(late)) >= _FEWEST
            and all(day.day <= _LAST_MONTH for day in early)
            and all(day.day > _LAST_MONTH for day in late)
        ):
            raise TableError(
                f"{file}: DAY_AND_MONTH_EXCHANGED: {printable(rule.column)} has dates of two kinds:"
                f" such as {stored[0]}, none after the 12th of a month, and such as {written[0]},"
                " none before the 13th: a spreadsheet took the day for the month in the first"
                " kind; export the file again and do not save it in a spreadsheet, or import this"
                " column as text"
            )


def _days(texts: Sequence[str], formats: Sequence[str], zone: tzinfo) -> set[date]:
    found = (read_moment(text, formats, zone) for text in texts)
    return {moment.at.date() for moment in found if moment is not None}
