"""Formats of instants that a mapping may name: none that would read another instant in silence."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations
from typing import Final

from orchestration.ingest.dates import EPOCHS, read_moment

_YEARS: Final = ("%Y", "%y", "%G", "%c", "%x")
_DAYS: Final = ("%d", "%j", "%G", "%c", "%x")
_MONTHS: Final = ("%m", "%B", "%b", "%j", "%G", "%c", "%x")
# A clock that stands in a format as text is not read: the instant would be one of `utc_offset`.
_WRITTEN_ZONE: Final = re.compile(r"(?<=%[SMfH])\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)$")
_WITH_TIME: Final = re.compile(r"[ T]%[HI].*$")
# Day, month and two digits of the year are different numbers, all of which may be a day.
_PROBE: Final = datetime(2003, 2, 1, 16, 5, 6, tzinfo=UTC)


def require_formats(formats: Sequence[str]) -> None:
    """Raise ValueError for a format that is none, or would read another instant than is written."""
    for form in formats:
        if form not in EPOCHS:
            _require_format(form)
    for one, other in permutations(formats, 2):
        if text := read_differently(one, other):
            raise ValueError(
                f"{one!r} and {other!r} read {text!r} as different days: give the one that the"
                " column has; rows in another go to quarantine"
            )


def read_differently(one: str, other: str) -> str:
    """A text of one format that another reads as another day; empty when there is none."""
    if one in EPOCHS or other in EPOCHS:
        return ""
    text = _PROBE.strftime(one)
    found = read_moment(text, (other,), UTC)
    return text if found is not None and found.at.date() != _PROBE.date() else ""


def date_alone(form: str) -> str:
    """A format without the time of day that stands after the date."""
    return _WITH_TIME.sub("", form)


def _require_format(form: str) -> None:
    if "%" not in form:
        raise ValueError(f"{form!r} is not a format: write it as %d/%m/%Y, or `excel`")
    try:
        datetime.strptime("", form)
    except re.error:
        raise ValueError(f"{form!r} reads a part of the date or time twice") from None
    except ValueError as error:
        # What no text can have; that this one has not is expected.
        if "does not match" not in str(error):
            raise ValueError(f"{form!r} is not a format: {error}") from None
    for part, named in (("year", _YEARS), ("month", _MONTHS), ("day", _DAYS)):
        if not any(name in form for name in named):
            example = "%d/%m/%Y, or %y for two digits" if part == "year" else "%d/%m/%Y"
            raise ValueError(f"{form!r} has no {part}: write it as {example}")
    if "%I" in form and "%p" not in form:
        raise ValueError(f"{form!r} does not tell morning from afternoon: add %p, or write %H")
    if "%p" in form and "%I" not in form:
        raise ValueError(f"{form!r} would read 03:25 p. m. as 03:25: with %p, write %I for %H")
    if "%Z" in form or _WRITTEN_ZONE.search(form):
        raise ValueError(
            f"{form!r} does not read the clock that is written: %z reads Z and -05:00; what has"
            " none is read in `utc_offset`"
        )
