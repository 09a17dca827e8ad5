"""The periods that entities report: a month, a quarter, a half-year of Colombian days."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.errors import UsageError

_FORM = re.compile(r"(?P<year>[12]\d{3})-(?:Q(?P<quarter>[1-4])|S(?P<half>[12])|(?P<month>\d\d))")


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; `name` as the user wrote it: 2025-Q4."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many calendar months it has: 1, 3 or 6."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def before(self) -> "Period":
        """The period of the same kind that ends the day before this one begins."""
        return _period(self.months, self.first - timedelta(days=1))


def parse_period(text: str) -> Period:
    """The period that `--period` names.

    Raises:
        UsageError: It is not written as 2025-Q4, 2025-S2 or 2025-11.
    """
    found = _FORM.fullmatch(text)
    month = int(found["month"] or 1) if found else 0
    if found is None or not 1 <= month <= 12:
        raise UsageError(
            f"--period {text[:40]!r} is not a period: write a quarter as 2025-Q4, a half-year as"
            " 2025-S2 or a month as 2025-11"
        )
    length = 3 if found["quarter"] else 6 if found["half"] else 1
    position = int(found["quarter"] or found["half"] or month)
    return _period(length, date(int(found["year"]), position * length, 1))


def periods_within(first: date, last: date) -> Iterator[Period]:
    """The periods that have all their days from `first` to `last`, the longest first."""
    for length in (6, 3, 1):
        day = first
        while day <= last:
            period = _period(length, day)
            if first <= period.first and period.last <= last:
                yield period
            day = period.last + timedelta(days=1)


def _period(months: int, day: date) -> Period:
    """The period of that many months to which the day belongs."""
    position = (day.month - 1) // months + 1
    last_month = position * months
    first = date(day.year, last_month - months + 1, 1)
    last = date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])
    mark = {1: f"{position:02}", 3: f"Q{position}", 6: f"S{position}"}[months]
    return Period(f"{day.year}-{mark}", first, last)
