"""Formats of dates and times guessed from the values of a column."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from orchestration.ingest.dates import EPOCHS, joined, read_moment
from orchestration.ingest.guesses import FORMATS, TIMES_OF_DAY
from orchestration.ingest.time_formats import date_alone, read_differently

# Of the values of a column that is taken for a time; fewer where its name is that of the field.
NEARLY_ALL: Final = 0.8
LEAST_READ: Final = 0.3
_MOST_VALUES: Final = 200
_MOST_FORMATS: Final = 4


def formats_of(
    values: Sequence[str], least: float = NEARLY_ALL, choice: Sequence[str] = FORMATS
) -> list[str]:
    """The formats that read so many of the values of a column; none when they read fewer."""
    distinct = list(dict.fromkeys(values))
    # From all over the column: of rows in order of time, the first ones are of days below 13.
    left = distinct[:: -(-len(distinct) // _MOST_VALUES) or 1]
    formats: list[str] = []
    total = len(left)
    for _ in range(_MOST_FORMATS):
        fits = {
            form: [v for v in left if read_moment(v, (form,), UTC)]
            for form in choice
            # A number is a date of Excel only where its values are days of this century.
            if (form != "excel" or all(_is_serial(v) for v in left))
            and not any(read_differently(form, known) for known in formats)
        }
        best = max(fits, key=lambda form: len(fits[form]), default="")
        if not best or not fits[best]:
            break
        formats.append(best)
        left = [v for v in left if v not in set(fits[best])]
        if not left:
            break
    return formats if total and len(left) <= total * (1 - least) else []


def formats_with_time(
    days: Sequence[str], formats: Sequence[str], times: Sequence[str]
) -> list[str]:
    """The formats of dates followed by the times of day of another column; none when it has others.

    Args:
        days: Values of the column of dates.
        formats: What reads them.
        times: Values of the other column.
    """
    readable = ((day, form) for day in days for form in formats if read_moment(day, (form,), UTC))
    day, form = next(readable, ("", ""))
    texts = [joined(day, text) for text in times]
    if form in EPOCHS:
        is_sum = all(read_moment(text, (form,), UTC) for text in texts)
        return [form] if texts and is_sum else []
    # Midnight after the date gives way to the time.
    date = date_alone(form)
    return formats_of(texts, choice=[f"{date} {time}" for time in TIMES_OF_DAY])


def _is_serial(value: str) -> bool:
    try:
        return 36_526 <= float(value.replace(",", ".")) < 73_050
    except ValueError:
        return False
