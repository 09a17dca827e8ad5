"""The figures of the strip: a value, how it changed, and its course day by day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from orchestration.dashboard.facts import Facts, Response, Sla
from orchestration.dashboard.filters import Filters, Period

Unit = Literal["cases", "percent", "hours"]
Good = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Kpi:
    """One figure. `before` is what it was in the period before; None where that is not known."""

    name: str
    value: float | None
    before: float | None
    unit: Unit
    good: Good
    course: tuple[float, ...]

    @property
    def change(self) -> float | None:
        """What changed, in the unit of the figure."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


def strip(facts: Facts, filters: Filters, now: Period, before: Period | None) -> tuple[Kpi, ...]:
    """Created, open, in time, overdue, hours to the first answer: in this order.

    Created cases, closings and answers are those of the period; open and overdue cases those at
    the end of its last day.
    """
    chosen = set(filters.types)
    volume = [row for row in facts.volume if row.pqrs_type in chosen]
    backlog = [row for row in facts.backlog if row.pqrs_type in chosen]
    sla = [row for row in facts.sla if row.pqrs_type in chosen]
    response = [row for row in facts.response if row.pqrs_type in chosen]

    created = _by_day((row.day, row.tickets_count) for row in volume)
    is_open = _by_day((row.day, row.backlog_count) for row in backlog)
    overdue = _by_day((row.day, row.overdue_count) for row in sla)
    return (
        _kpi("created", "cases", "none", created, now, before, _total(created)),
        _kpi("open", "cases", "down", is_open, now, before, _at_end(is_open)),
        Kpi(
            "in_time",
            in_time_pct(sla, now),
            in_time_pct(sla, before) if before else None,
            "percent",
            "up",
            _course(now, lambda day: in_time_pct(sla, Period(day, day))),
        ),
        _kpi("overdue", "cases", "down", overdue, now, before, _at_end(overdue)),
        Kpi(
            "response",
            mean_hours(response, now),
            mean_hours(response, before) if before else None,
            "hours",
            "down",
            _course(now, lambda day: mean_hours(response, Period(day, day))),
        ),
    )


def in_time_pct(rows: Iterable[Sla], period: Period) -> float | None:
    """Share of the period's closings that came in time, 0 to 100; None without closings."""
    counted = [row for row in rows if period.holds(row.day)]
    closed = sum(row.closings_count for row in counted)
    within = sum(row.within_sla_count for row in counted)
    return 100 * within / closed if closed else None


def mean_hours(rows: Iterable[Response], period: Period) -> float | None:
    """Mean hours over the period's answers, each counting once; None without answers."""
    counted = [row for row in rows if period.holds(row.day) and row.avg_hours is not None]
    answers = sum(row.responses_count for row in counted)
    hours = sum(row.responses_count * float(row.avg_hours or 0) for row in counted)
    return hours / answers if answers else None


def _kpi(
    name: str,
    unit: Unit,
    good: Good,
    days: dict[date, int],
    now: Period,
    before: Period | None,
    figure: Callable[[Period], float],
) -> Kpi:
    course = _course(now, lambda day: days.get(day))
    return Kpi(name, figure(now), figure(before) if before else None, unit, good, course)


def _by_day(pairs: Iterable[tuple[date, int]]) -> dict[date, int]:
    days: dict[date, int] = defaultdict(int)
    for day, count in pairs:
        days[day] += count
    return dict(days)


def _total(days: dict[date, int]) -> Callable[[Period], float]:
    return lambda period: sum(count for day, count in days.items() if period.holds(day))


def _at_end(days: dict[date, int]) -> Callable[[Period], float]:
    return lambda period: days.get(period.last, 0)


def _course(period: Period, figure: Callable[[date], float | None]) -> tuple[float, ...]:
    days = (
        date.fromordinal(n) for n in range(period.first.toordinal(), period.last.toordinal() + 1)
    )
    values = (figure(day) for day in days)
    return tuple(value for value in values if value is not None)
