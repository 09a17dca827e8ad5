"""What the charts and the table are drawn from: facts that were chosen, added up."""

from collections import defaultdict
from datetime import date
from typing import Any

from orchestration.dashboard.facts import Facts
from orchestration.dashboard.filters import Filters, Period
from orchestration.dashboard.formats import figure
from orchestration.dashboard.kpis import in_time_pct, strip
from orchestration.dashboard.texts import text

Rows = list[dict[str, Any]]


def volume_rows(facts: Facts, filters: Filters, period: Period) -> Rows:
    """One row a day and channel: day, channel, cases."""
    counted: dict[tuple[date, str], int] = defaultdict(int)
    for row in facts.volume:
        if row.pqrs_type in filters.types and period.holds(row.day):
            counted[row.day, row.channel] += row.tickets_count
    return [
        {"day": day, "channel": channel, "cases": cases}
        for (day, channel), cases in sorted(counted.items())
    ]


def backlog_rows(facts: Facts, filters: Filters, period: Period) -> Rows:
    """One row a day and type: day, type, cases open at its end."""
    counted: dict[tuple[date, str], int] = defaultdict(int)
    for row in facts.backlog:
        if row.pqrs_type in filters.types and period.holds(row.day):
            counted[row.day, row.pqrs_type] += row.backlog_count
    return [
        {"day": day, "type": kind, "cases": cases} for (day, kind), cases in sorted(counted.items())
    ]


def overdue_rows(facts: Facts, filters: Filters, period: Period) -> Rows:
    """One row a day and type: day, type, cases overdue at its end."""
    return [
        {"day": row.day, "type": row.pqrs_type, "cases": row.overdue_count}
        for row in sorted(facts.sla, key=lambda row: (row.day, row.pqrs_type))
        if row.pqrs_type in filters.types and period.holds(row.day)
    ]


def share_rows(facts: Facts, filters: Filters, period: Period) -> Rows:
    """One row a day: day, pct of its closings in time (None without any), closings."""
    chosen = [row for row in facts.sla if row.pqrs_type in filters.types]
    return [
        {
            "day": day,
            "pct": in_time_pct(chosen, Period(day, day)),
            "closings": sum(row.closings_count for row in chosen if row.day == day),
        }
        for day in sorted({row.day for row in chosen if period.holds(row.day)})
    ]


def region_rows(facts: Facts, filters: Filters, day: date) -> Rows:
    """One row a region: region, cases open at the end of the day."""
    counted: dict[str, int] = defaultdict(int)
    for row in facts.backlog:
        if row.pqrs_type in filters.types and row.day == day:
            counted[row.region] += row.backlog_count
    return [{"region": region, "cases": cases} for region, cases in sorted(counted.items())]


def type_table(facts: Facts, filters: Filters, period: Period) -> Rows:
    """One row a chosen type and one for all of them, written out: the figures of the strip."""
    kinds: list[tuple[str, ...]] = [(kind,) for kind in filters.types]
    groups = kinds if len(kinds) == 1 else [*kinds, filters.types]
    return [_written(facts, group, filters, period) for group in groups]


def _written(
    facts: Facts, types: tuple[str, ...], filters: Filters, period: Period
) -> dict[str, Any]:
    chosen = Filters(filters.language, filters.span, types)
    created, is_open, in_time, overdue, _ = strip(facts, chosen, period, None)
    name = types[0] if len(types) == 1 else "total"
    words = {"type": text(filters.language, name)}
    for kpi in (created, is_open, overdue, in_time):
        words[kpi.name] = figure(kpi.value, kpi.unit, filters.language)
    return {text(filters.language, column): value for column, value in words.items()}
