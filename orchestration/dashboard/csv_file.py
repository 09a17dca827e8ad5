"""A table as CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

# With these in front a spreadsheet takes a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(rows: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to read accents.

    Args:
        rows: Days and instants are written in ISO 8601, numbers with a decimal point.
        columns: Key of a row and heading, in order.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe(heading) for _, heading in columns])
    for row in rows:
        writer.writerow([safe(row.get(key)) for key, _ in columns])
    return text.getvalue().encode("utf-8-sig")


def safe(value: object) -> object:
    """The value of a cell; a text that would be a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
