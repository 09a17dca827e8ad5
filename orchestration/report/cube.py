"""Case-level figures of a period and of the one before it, added up in PostgreSQL.

Means, medians and shares of a period come from its cases; what stands at the end of a day comes
from the daily KPIs. Durations are exact: sums of whole microseconds and seconds, rounded once, half
up; quantiles are of the nearest rank, as in gold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from orchestration.report.live import Coverage, Snapshot

Span = Literal["now", "before"]

# A dimension of the report and the columns of a case that make it.
DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (),
    "type": ("pqrs_type",),
    "subtype": ("pqrs_type", "subtype"),
    "channel": ("source_channel",),
    "channel_type": ("source_channel", "pqrs_type"),
    "priority": ("priority",),
    "region": ("region",),
    "department": ("department",),
    "municipality": ("geo_id",),
    "month": ("month",),
    "day": ("day",),
}

_SPANS: Final = """
spans (span, first_day, last_day) as (values {spans})
"""
_CASES: Final = """
cases as (
    select
        ticket_id, pqrs_type, coalesce(subtype, '') as subtype, source_channel, priority, region,
        coalesce(department, '') as department, geo_id, created_at, created_day, first_response_at
    from silver.tickets
)
"""
# Position of an instant in business time, as silver.status_events.business_seconds has it.
_BUSINESS: Final = """
{calendar}.business_seconds_before
    + case when {calendar}.is_business_day
        then extract(epoch from {local} - {local}::date)::bigint else 0 end
"""
_RECEIVED: Final = """
facts as (
    select
        spans.span, cases.*, cases.created_day as day,
        to_char(cases.created_day, 'YYYY-MM') as month
    from cases
    join spans on cases.created_day between spans.first_day and spans.last_day
)
"""
_CLOSED: Final = """
facts as (
    select
        spans.span, cases.*, closings.day, to_char(closings.day, 'YYYY-MM') as month,
        closings.is_within_sla,
        (extract(epoch from closings.ts - cases.created_at) * 1000000)::bigint as took_us,
        closings.business_seconds - ({created}) as business_seconds
    from silver.status_events as closings
    join spans on closings.day between spans.first_day and spans.last_day
    join cases using (ticket_id)
    join silver.dim_calendar as calendar on calendar.day = cases.created_day
    where closings.is_valid and closings.status_to = 'CLOSED'
)
"""
_RESPONDED: Final = """
answered as (
    select
        cases.*,
        cases.first_response_at at time zone 'UTC' - interval '5 hours' as answered_local
    from cases
    where cases.first_response_at is not null
),

facts as (
    select
        spans.span, answered.*, answered.answered_local::date as day,
        to_char(answered.answered_local, 'YYYY-MM') as month,
        (extract(epoch from answered.first_response_at - answered.created_at) * 1000000)::bigint
            as took_us,
        ({answered}) - ({created}) as business_seconds
    from answered
    join spans on answered.answered_local::date between spans.first_day and spans.last_day
    join silver.dim_calendar as calendar on calendar.day = answered.created_day
    join silver.dim_calendar as answer_calendar
        on answer_calendar.day = answered.answered_local::date
)
"""
_COUNT: Final = "count(*)::bigint"
_WITHIN: Final = "count(*) filter (where is_within_sla)::bigint"
_DURATIONS: Final = ", ".join(
    f"round({figure} / {unit}, 2)"
    for unit, column in (("86400.0", "business_seconds"), ("3600000000.0", "took_us"))
    for figure in (
        f"(sum({column})::numeric / count(*))",
        f"percentile_disc(0.5) within group (order by {column})",
        f"percentile_disc(0.9) within group (order by {column})",
    )
)


@dataclass(frozen=True)
class Cube:
    """Figures by span, dimension and members; what never happened is not in it."""

    cells: Mapping[tuple[Span, str, tuple[Any, ...]], tuple[Any, ...]]

    def at(self, span: Span, dimension: str, *members: Any) -> tuple[Any, ...] | None:
        """The figures there; None without any case."""
        return self.cells.get((span, dimension, members))

    def count(self, span: Span, dimension: str, *members: Any) -> int:
        """The first figure there, which is a count."""
        found = self.at(span, dimension, *members)
        return int(found[0]) if found else 0

    def members(self, dimension: str) -> set[tuple[Any, ...]]:
        """The members that have figures in the period itself."""
        return {key for span, name, key in self.cells if (span, name) == ("now", dimension)}


def received(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """Cases created: count."""
    dimensions = tuple(DIMENSIONS)
    return _cube(snapshot, coverage, _RECEIVED, (_COUNT,), dimensions)


def closed(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """Closings: count, within the term."""
    dimensions = tuple(DIMENSIONS)
    return _cube(snapshot, coverage, _closed(), (_COUNT, _WITHIN), dimensions)


def close_times(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """Closings by type: count; mean, median, p90 in business days; the same in calendar hours."""
    return _cube(snapshot, coverage, _closed(), (_COUNT, _DURATIONS), ("all", "type"))


def response_times(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """First answers by type: the figures of `close_times`."""
    local = "answered.answered_local"
    facts = _RESPONDED.format(
        created=_position("answered.created_at at time zone 'UTC' - interval '5 hours'"),
        answered=_BUSINESS.format(calendar="answer_calendar", local=local),
    )
    return _cube(snapshot, coverage, facts, (_COUNT, _DURATIONS), ("all", "type"))


def spans_of(coverage: Coverage) -> dict[Span, tuple[date, date]]:
    """First and last day of the period and, where it is published, of the one before."""
    spans: dict[Span, tuple[date, date]] = {"now": (coverage.first_day, coverage.period.last)}
    if coverage.before is not None:
        spans["before"] = (coverage.before.first, coverage.before.last)
    return spans


def spans_cte(coverage: Coverage) -> str:
    """The spans as a common table expression."""
    rows = [
        f"('{span}', date '{first}', date '{last}')"
        for span, (first, last) in spans_of(coverage).items()
    ]
    return _SPANS.format(spans=", ".join(rows))


def _closed() -> str:
    return _CLOSED.format(
        created=_position("cases.created_at at time zone 'UTC' - interval '5 hours'")
    )


def _position(local: str) -> str:
    return _BUSINESS.format(calendar="calendar", local=f"({local})")


def _cube(
    snapshot: Snapshot,
    coverage: Coverage,
    facts: str,
    measures: tuple[str, ...],
    dimensions: tuple[str, ...],
) -> Cube:
    columns = list(dict.fromkeys(column for name in dimensions for column in DIMENSIONS[name]))
    sets = ", ".join(f"({', '.join(('span', *DIMENSIONS[name]))})" for name in dimensions)
    rows = snapshot.rows(
        f"with {spans_cte(coverage)}, {_CASES}, {facts}"
        f" select span, grouping({', '.join(columns)}), {', '.join([*columns, *measures])}"
        f" from facts group by grouping sets ({sets})"
    )
    names = {_mask(name, columns): name for name in dimensions}
    cells = {}
    for span, mask, *values in rows:
        by_column = dict(zip(columns, values, strict=False))
        members = tuple(by_column[column] for column in DIMENSIONS[names[mask]])
        cells[span, names[mask], members] = tuple(values[len(columns) :])
    return Cube(cells)


def _mask(dimension: str, columns: list[str]) -> int:
    """What PostgreSQL's grouping() gives for it: a bit for each column that is not in it."""
    bits = ["0" if column in DIMENSIONS[dimension] else "1" for column in columns]
    return int("".join(bits), 2)
