"""The figures of the strip: a value, how it changed, and its course day by day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from orchestration.dashboard.filters import Period, Span
from orchestration.dashboard.formats import Unit
from orchestration.dashboard.reading import Rows

Good = Literal["up", "down", "none"]
Total = Callable[[Rows], float | None]


@dataclass(frozen=True)
class Kpi:
    """One figure. `before` is what it was in the period before; None where that is not known.

    `base` is the count that a share or a mean is taken over; None for a count.
    """

    name: str
    value: float | None
    before: float | None
    unit: Unit
    good: Good
    course: tuple[float | None, ...]
    base: int | None = None

    @property
    def change(self) -> float | None:
        """What changed, in the unit of the figure."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


def strip(days: Rows, span: Span) -> tuple[Kpi, ...]:
    """Created, open, in time, overdue, hours to the first answer: in this order.

    Created cases, closings and answers are those of the period; open and overdue cases those at
    the end of its last day.

    Args:
        days: One row per day of the period and of the one before it: day, tickets_count,
            backlog_count, closings_count, within_sla_count, overdue_count, responses_count,
            response_hours (their sum). What is not known of a day is None.
        span: The period and the one before it.
    """
    by_day = {row["day"]: row for row in days}

    def kpi(name: str, unit: Unit, good: Good, total: Total, base: str = "") -> Kpi:
        now = [row for row in days if span.now.holds(row["day"])]
        before = [row for row in days if span.before and span.before.holds(row["day"])]
        return Kpi(
            name,
            total(now),
            total(before) if before else None,
            unit,
            good,
            tuple(total([by_day[day]] if day in by_day else []) for day in days_of(span.now)),
            int(summed(now, base) or 0) if base else None,
        )

    return (
        kpi("created", "cases", "none", lambda rows: summed(rows, "tickets_count")),
        kpi("open", "cases", "down", lambda rows: at_end(rows, "backlog_count")),
        kpi("in_time", "percent", "up", in_time_pct, "closings_count"),
        kpi("overdue", "cases", "down", lambda rows: at_end(rows, "overdue_count")),
        kpi("response", "hours", "down", mean_hours, "responses_count"),
    )


def days_of(period: Period) -> list[date]:
    """Every day of it."""
    return [period.first + timedelta(days=n) for n in range(period.length)]


def summed(rows: Rows, key: str) -> float | None:
    """The sum over the rows that know it; None when none does."""
    values = [row[key] for row in rows if row[key] is not None]
    return sum(values) if values else None


def at_end(rows: Rows, key: str) -> float | None:
    """The value of the last day; None when it is not known."""
    last: dict[str, Any] = max(rows, key=lambda row: row["day"], default={})
    value: float | None = last.get(key)
    return value


def in_time_pct(rows: Rows) -> float | None:
    """Share of the closings that came in time, 0 to 100; None without closings."""
    closed = summed(rows, "closings_count")
    return 100 * (summed(rows, "within_sla_count") or 0) / closed if closed else None


def mean_hours(rows: Rows) -> float | None:
    """Mean hours over the answers, each counting once; None without answers."""
    answers = summed(rows, "responses_count")
    return (summed(rows, "response_hours") or 0) / answers if answers else None
