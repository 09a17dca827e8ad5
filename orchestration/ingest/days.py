"""Lines to the days they belong to, without judging them: that is bronze's work."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from orchestration.errors import UsageError
from orchestration.lake.instants import UnusableInstant, local_day, read_instant

# More days than this are a slip in a date rather than a delivery.
MAX_DAYS: Final = 3660

_TS: Final = re.compile(rb'"ts"\s*:\s*"([^"\\]{1,40})"')


class RangeOfDaysError(UsageError):
    """No line has a day, or the days lie too far apart."""


@dataclass(frozen=True)
class DatedLine:
    """A line with its end; `day` is None where none can be read."""

    day: date | None
    line: bytes


def split_lines(content: bytes) -> Iterator[bytes]:
    """The lines of a file with their ends; a last line gets one, so that files can be joined."""
    start = 0
    while start < len(content):
        end = content.find(b"\n", start) + 1
        if end == 0:
            yield content[start:] + b"\n"
            return
        yield content[start:end]
        start = end


def dated(lines: Iterable[bytes]) -> Iterator[DatedLine]:
    """Give each line the Colombian day of its `ts`, where it has one."""
    for line in lines:
        yield DatedLine(_day(line), line)


def range_of(
    lines: Iterable[DatedLine], first: date | None, last: date | None
) -> tuple[date, date]:
    """The days of a delivery: as asked for, else from its first to its last.

    Raises:
        RangeOfDaysError: No line has a day, the range is empty, or it is longer than MAX_DAYS.
    """
    days = [line.day for line in lines if line.day is not None]
    if not days and (first is None or last is None):
        raise RangeOfDaysError(
            "no line of the delivery has a readable `ts`: give --start and --end"
        )
    start, end = first or min(days), last or max(days)
    if end < start:
        raise RangeOfDaysError(f"--start {start} is after --end {end}")
    if (end - start).days >= MAX_DAYS:
        raise RangeOfDaysError(
            f"the delivery goes from {start} to {end}, more than {MAX_DAYS} days: give --start and"
            " --end; lines of other days go to quarantine"
        )
    return start, end


def days_between(first: date, last: date) -> list[date]:
    """Every day of a range, both ends included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def by_day(lines: Iterable[DatedLine], first: date, last: date) -> dict[date, list[bytes]]:
    """The lines of each day; those of no day, or of one out of range, with the first day's."""
    found: dict[date, list[bytes]] = {}
    for item in lines:
        day = item.day if item.day is not None and first <= item.day <= last else first
        found.setdefault(day, []).append(item.line)
    return found


def _day(line: bytes) -> date | None:
    found = _TS.search(line)
    try:
        return local_day(read_instant(found[1].decode())) if found else None
    except (UnusableInstant, UnicodeDecodeError):
        return None
