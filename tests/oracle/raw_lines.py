"""Raw lines, days and business time as the recomputation of the KPIs reads them.

Of the seeds it reads facts only: which days are business days, which term a policy gives, where a
municipality lies. It shares no code with the models.
"""

import csv
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
COLOMBIA = timedelta(hours=5)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A raw event and where it was found."""

    source: str
    object_day: date
    line_no: int
    event: dict[str, Any]

    @property
    def ts(self) -> datetime:
        return datetime.fromisoformat(self.event["ts"]).astimezone(UTC)

    @property
    def order(self) -> tuple[datetime, str]:
        return self.ts, self.event["event_id"]


def local_day(instant: datetime) -> date:
    return (instant - COLOMBIA).date()


def day_end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY + COLOMBIA


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


class BusinessTime:
    """Business seconds, counted day by day from the flags of the calendar."""

    def __init__(self) -> None:
        self.is_business = {
            date.fromisoformat(row["day"]): row["is_business_day"] == "true"
            for row in seed("dim_calendar")
        }
        self.before: dict[date, int] = {}
        total = 0
        for day in sorted(self.is_business):
            self.before[day] = total
            total += 86400 * self.is_business[day]
        self.business_days = [day for day in sorted(self.is_business) if self.is_business[day]]

    def at(self, instant: datetime) -> int:
        """Whole business seconds up to an instant; a started second does not count."""
        local = instant - COLOMBIA
        day = local.date()
        into = local.hour * 3600 + local.minute * 60 + local.second
        return self.before[day] + into * self.is_business[day]

    def next_business_day(self, day: date) -> date:
        """The day itself when it is one."""
        while not self.is_business[day]:
            day += DAY
        return day

    def day_of(self, position: int) -> date:
        """The business day in which, or with whose end, so much business time has passed."""
        return self.business_days[bisect_left(self.business_days, position, key=self._end)]

    def _end(self, day: date) -> int:
        return self.before[day] + 86400
