"""Colombian time: local seconds, office hours, and the business time of the SLA clock.

Local seconds count from 00:00 (UTC-5, no daylight saving) of the calendar's first day. Work seconds
count office time alone: ten hours on each business day, 07:30 to 17:30. Stages last work seconds;
the SLA clock counts whole business days of 24 hours.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from simulator.errors import RangeError
from simulator.seeds import calendar_days
from simulator.streams import I64, Bool

DAY = 86_400
UTC_OFFSET = 5 * 3_600
OFFICE_OPENS = 7 * 3_600 + 1_800
OFFICE_DAY = 10 * 3_600


@dataclass(frozen=True)
class BusinessCalendar:
    """The business calendar as lookup arrays; a day is its number from `first`.

    Attributes:
        first: The calendar's first day.
        is_business_day: (days,).
        next_index: (days,) position, among business days, of the day or of the next one.
        business_days: (business days,) day numbers.
        seconds_before: (days,) business seconds (24 h a business day) before the day's 00:00.
    """

    first: date
    is_business_day: Bool
    next_index: I64
    business_days: I64
    seconds_before: I64

    def number(self, day: date) -> int:
        """Return a day's number.

        Raises:
            RangeError: The day is not in the calendar.
        """
        number = (day - self.first).days
        if not 0 <= number < len(self.is_business_day):
            raise RangeError(f"day {day} is not in the business calendar")
        return number

    def day(self, number: int) -> date:
        """Return the day of a number."""
        return self.first + timedelta(days=number)

    def to_work(self, local: I64) -> I64:
        """Return the work second at a local second, or at the next opening of the office."""
        day = local // DAY
        office = np.clip(local - day * DAY - OFFICE_OPENS, 0, OFFICE_DAY)
        return self.next_index[day] * OFFICE_DAY + np.where(self.is_business_day[day], office, 0)

    def from_work(self, work: I64) -> I64:
        """Return the local second of a work second: always office hours of a business day."""
        index = work // OFFICE_DAY
        return self.business_days[index] * DAY + OFFICE_OPENS + (work - index * OFFICE_DAY)

    def business_seconds(self, local: I64) -> I64:
        """Return the business seconds (24 h a business day) passed by a local second."""
        day = local // DAY
        return self.seconds_before[day] + np.where(self.is_business_day[day], local - day * DAY, 0)

    def clock_start(self, radicated: I64) -> I64:
        """Return, in business seconds, where the SLA clock of a radicated instant starts.

        That is 00:00 of the first business day after the radicated day, which is the day of
        radication or the next business day.
        """
        return (self.next_index[radicated // DAY] + 1) * DAY


@lru_cache(maxsize=1)
def business_calendar() -> BusinessCalendar:
    """Return the committed calendar (seeds/dim_calendar.csv)."""
    days = calendar_days()
    is_business = np.array([day.is_business_day for day in days])
    before = np.cumsum(is_business) - is_business
    return BusinessCalendar(
        first=days[0].day,
        is_business_day=is_business,
        next_index=before.astype(np.int64),
        business_days=np.flatnonzero(is_business).astype(np.int64),
        seconds_before=np.array([day.business_seconds_before for day in days], dtype=np.int64),
    )


def due_day(radicated: date, business_days: int) -> date:
    """Return the last day in term: so many business days after the radicated day.

    Args:
        radicated: Day of radication; a closed day counts as the next business day.
        business_days: Length of the term, at least 1.
    """
    calendar = business_calendar()
    index = int(calendar.next_index[calendar.number(radicated)]) + business_days
    if index >= len(calendar.business_days):
        raise RangeError(f"{business_days} business days after {radicated} leave the calendar")
    return calendar.day(int(calendar.business_days[index]))
