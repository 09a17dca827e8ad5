"""ISO 8601 texts to instants, and instants to Colombian days."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Literal

Code = Literal["TS_UNPARSABLE", "TS_NO_OFFSET", "TS_OUT_OF_RANGE"]

# Instants of the lake, in years, UTC: the first included, the second not.
YEARS: Final = (2000, 2100)
# Colombia has no daylight saving time.
_COLOMBIA: Final = timedelta(hours=-5)
_TEXT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_EARLIEST: Final = datetime(YEARS[0], 1, 1, tzinfo=UTC)
_END: Final = datetime(YEARS[1], 1, 1, tzinfo=UTC)


class UnusableInstant(Exception):
    """A text that bronze cannot use as an instant; `code` gives the reason."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


def read_instant(text: str) -> datetime:
    """Read an instant with its offset; what is finer than a microsecond is cut off.

    Returns:
        The instant in UTC.

    Raises:
        UnusableInstant: Not ISO 8601, without an offset, or outside the years of bronze.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise UnusableInstant("TS_UNPARSABLE")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if int(year) == 0:
        raise UnusableInstant("TS_OUT_OF_RANGE")
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        naive = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micros
        )
        zone = None if offset is None else timezone(_offset(offset))
    except ValueError:
        raise UnusableInstant("TS_UNPARSABLE") from None
    if zone is None:
        raise UnusableInstant("TS_NO_OFFSET")
    # A year at the edge of the calendar cannot be moved to UTC, and is out of range anyway.
    if not YEARS[0] - 1 <= naive.year <= YEARS[1]:
        raise UnusableInstant("TS_OUT_OF_RANGE")
    instant = naive.replace(tzinfo=zone).astimezone(UTC)
    if not _EARLIEST <= instant < _END:
        raise UnusableInstant("TS_OUT_OF_RANGE")
    return instant


def local_day(instant: datetime) -> date:
    """The Colombian calendar day of an instant."""
    return (instant.astimezone(UTC) + _COLOMBIA).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The instants between which a Colombian day lies: the first included, the second not."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - _COLOMBIA
    return start, start + timedelta(days=1)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
