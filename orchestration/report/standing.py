"""What stands at the end of a day, and sums over days: from the daily KPIs of gold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from orchestration.report.cube import Span, spans_cte, spans_of
from orchestration.report.live import Coverage, Snapshot

BANDS: Final = ("0-5", "6-10", "11-15", "16-30", ">30")

_PENDING: Final = """
select day, pqrs_type, region, sum(backlog_count)::bigint
from gold.kpi_backlog_daily
where day = any(%(days)s)
group by 1, 2, 3
"""
_OVERDUE: Final = """
select day, pqrs_type, overdue_count from gold.kpi_sla_daily where day = any(%(days)s)
"""
_AGEING: Final = """
select pqrs_type, age_band, open_count from gold.kpi_ageing_daily where day = %(day)s
"""
_PLACES: Final = """
select 'department', department, backlog_count, overdue_count
from gold.kpi_department_daily where day = %(day)s
union all
select 'municipality', geo_id, backlog_count, overdue_count
from gold.kpi_municipality_daily where day = %(day)s
union all
select 'priority', priority, backlog_count, overdue_count
from gold.kpi_priority_daily where day = %(day)s
"""
_COHORT: Final = """
select
    spans.span, cohort.pqrs_type, sum(cohort.due_count)::bigint, sum(cohort.in_term_count)::bigint,
    sum(cohort.late_count)::bigint, sum(cohort.open_count)::bigint
from gold.kpi_sla_cohort_daily as cohort
join spans on cohort.day between spans.first_day and spans.last_day
group by 1, 2
"""
_REOPENED: Final = """
select spans.span, matrix.pqrs_type, sum(matrix.transitions_count)::bigint
from gold.kpi_status_transitions_daily as matrix
join spans on matrix.day between spans.first_day and spans.last_day
where matrix.status_to = 'REOPENED'
group by 1, 2
"""
_GEO: Final = "select geo_id, region, department, municipio from silver.dim_geo"
_CHANNELS: Final = "select channel_id, name, is_default from silver.dim_channel"
_POLICIES: Final = """
select tickets.sla_policy_id, tickets.pqrs_type, tickets.subtype,
    tickets.sla_days - tickets.extended_days,
    tickets.sla_stops_at, count(*)::bigint
from silver.tickets as tickets
where tickets.created_day between %(first)s and %(last)s and tickets.sla_policy_id is not null
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Standing:
    """What the daily KPIs say of the period.

    Attributes:
        pending: Cases open at the end of a day, by day, type and region.
        overdue: Of those, beyond their term, by day and type.
        ageing: Cases open at the end of the period, by type and band of age.
        places: Pending and overdue at that moment, by ("department", name), ("municipality",
            geo_id) or ("priority", id).
        cohort: Due, answered in term, answered late, open, by span and type.
        reopened: By span and type.
        geography: Region, department and municipality, by geo_id.
        channels: Spanish names by id.
        usual_channels: Channels that are listed without a case, too.
        policies: Policy, type, subtype, days, state that stops the clock, cases.
    """

    pending: Mapping[tuple[date, str, str], int]
    overdue: Mapping[tuple[date, str], int]
    ageing: Mapping[tuple[str, str], int]
    places: Mapping[tuple[str, str], tuple[int, int]]
    cohort: Mapping[tuple[Span, str], tuple[int, int, int, int]]
    reopened: Mapping[tuple[Span, str], int]
    geography: Mapping[str, tuple[str, str, str]]
    channels: Mapping[str, str]
    usual_channels: frozenset[str]
    policies: tuple[tuple[Any, ...], ...]

    def pending_on(self, day: date, *, kind: str | None = None, region: str | None = None) -> int:
        """Cases open at the end of a day, of one type or region or of all."""
        return sum(
            count
            for (at, pqrs_type, place), count in self.pending.items()
            if at == day and kind in (None, pqrs_type) and region in (None, place)
        )

    def overdue_on(self, day: date, kind: str | None = None) -> int:
        """Of the cases open at the end of a day, those beyond their term."""
        return sum(
            count
            for (at, pqrs_type), count in self.overdue.items()
            if at == day and kind in (None, pqrs_type)
        )

    def due(self, span: Span, kind: str | None = None) -> tuple[int, int, int, int]:
        """The cohort of a span: due, answered in term, answered late, open."""
        rows = [row for (at, key), row in self.cohort.items() if at == span and kind in (None, key)]
        return tuple(sum(row[i] for row in rows) for i in range(4))  # type: ignore[return-value]

    def reopenings(self, span: Span, kind: str | None = None) -> int:
        """Reopenings of a span."""
        return sum(
            count
            for (at, key), count in self.reopened.items()
            if at == span and kind in (None, key)
        )


def standing(snapshot: Snapshot, coverage: Coverage) -> Standing:
    """Read it."""
    first, last = coverage.first_day, coverage.period.last
    spans = f"with {spans_cte(coverage)}"
    days = sorted(
        {day for start, end in spans_of(coverage).values() for day in (_eve(start), end)}
        | set(month_ends(first, last))
    )
    channels = snapshot.rows(_CHANNELS)
    return Standing(
        pending={row[:3]: row[3] for row in snapshot.rows(_PENDING, days=days)},
        overdue={row[:2]: row[2] for row in snapshot.rows(_OVERDUE, days=days)},
        ageing={row[:2]: row[2] for row in snapshot.rows(_AGEING, day=last)},
        places={row[:2]: row[2:] for row in snapshot.rows(_PLACES, day=last)},
        cohort={row[:2]: row[2:] for row in snapshot.rows(spans + _COHORT)},
        reopened={row[:2]: row[2] for row in snapshot.rows(spans + _REOPENED)},
        geography={row[0]: row[1:] for row in snapshot.rows(_GEO)},
        channels={name: shown for name, shown, _ in channels},
        usual_channels=frozenset(name for name, _, is_usual in channels if is_usual),
        policies=tuple(snapshot.rows(_POLICIES, first=first, last=last)),
    )


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months from `first` to `last`, which ends a month."""
    day, ends = first, []
    while day <= last:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        ends.append(following - timedelta(days=1))
        day = following
    return ends


def _eve(day: date) -> date:
    return day - timedelta(days=1)
