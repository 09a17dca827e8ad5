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
    "of_subtype": ("subtype",),
    "petitioner": ("petitioner",),
    "channel": ("source_channel",),
    "channel_type": ("source_channel", "pqrs_type"),
    "priority": ("priority",),
    "region": ("region",),
    "department": ("department",),
    "municipality": ("geo_id",),
    "month": ("month",),
    "day": ("day",),
}
_OF_CLOSINGS: Final[Mapping[str, tuple[str, ...]]] = {
    **DIMENSIONS,
    "office": ("dependencia_id",),
}
_OF_TIMES: Final[Mapping[str, tuple[str, ...]]] = {"all": (), "type": ("pqrs_type",)}

_SPANS: Final = """
spans (span, first_day, last_day) as (values {spans})
"""
_CASES: Final = """
cases as (
    select
        ticket_id, pqrs_type, coalesce(subtype, '') as subtype, source_channel, priority, region,
        coalesce(department, '') as department, geo_id, created_at, created_day, first_response_at,
        case when petitioner_is_anonymous then 'anonymous' else coalesce(petitioner_kind, '') end
            as petitioner
    from silver.tickets
)
"""
# Position of an instant in business time, as silver.status_events.business_seconds has it.
_BUSINESS: Final = """
{calendar}.business_seconds_before
    + case when {calendar}.is_business_day
        then floor(extract(epoch from {local} - {local}::date))::bigint else 0 end
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
        coalesce(closings.dependencia_id, 'unassigned') as dependencia_id,
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
COUNT: Final = "count(*)::bigint"
_WITHIN: Final = "count(*) filter (where is_within_sla)::bigint"


def durations(column: str, unit: str = "86400.0") -> str:
    """Mean, median and p90 of a column, in units of so many of it: by default business days."""
    return ", ".join(
        f"round({figure} / {unit}, 2)"
        for figure in (
            f"(sum({column})::numeric / count(*))",
            f"percentile_disc(0.5) within group (order by {column})",
            f"percentile_disc(0.9) within group (order by {column})",
        )
    )


_DURATIONS: Final = ", ".join((durations("business_seconds"), durations("took_us", "3600000000.0")))


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
    return cube(snapshot, coverage, _RECEIVED, (COUNT,), DIMENSIONS)


def closed(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """Closings: count, within the term."""
    return cube(snapshot, coverage, _closed(), (COUNT, _WITHIN), _OF_CLOSINGS)


def close_times(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """Closings by type: count; mean, median, p90 in business days; the same in calendar hours."""
    return cube(snapshot, coverage, _closed(), (COUNT, _DURATIONS), _OF_TIMES)


def response_times(snapshot: Snapshot, coverage: Coverage) -> Cube:
    """First answers by type: the figures of `close_times`."""
    local = "answered.answered_local"
    facts = _RESPONDED.format(
        created=position("answered.created_at at time zone 'UTC' - interval '5 hours'"),
        answered=_BUSINESS.format(calendar="answer_calendar", local=local),
    )
    return cube(snapshot, coverage, facts, (COUNT, _DURATIONS), _OF_TIMES)


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
        created=position("cases.created_at at time zone 'UTC' - interval '5 hours'")
    )


def position(local: str) -> str:
    """Business seconds at a local instant, by the row of `calendar` of its day."""
    return _BUSINESS.format(calendar="calendar", local=f"({local})")


def cube(
    snapshot: Snapshot,
    coverage: Coverage,
    facts: str,
    measures: tuple[str, ...],
    dimensions: Mapping[str, tuple[str, ...]],
) -> Cube:
    """Add up the common table expression `facts`, which may read `cases` and `spans`.

    Args:
        snapshot: Where from.
        coverage: The days.
        facts: The expression; one row per thing counted, with its span.
        measures: Aggregates over it.
        dimensions: Columns of it by the name of the dimension.
    """
    columns = list(dict.fromkeys(column for names in dimensions.values() for column in names))
    sets = ", ".join(f"({', '.join(('span', *names))})" for names in dimensions.values())
    rows = snapshot.rows(
        f"with {spans_cte(coverage)}, {_CASES}, {facts}"
        f" select span, grouping({', '.join(columns)}), {', '.join([*columns, *measures])}"
        f" from facts group by grouping sets ({sets})"
    )
    names = {_mask(members, columns): name for name, members in dimensions.items()}
    cells = {}
    for span, mask, *values in rows:
        by_column = dict(zip(columns, values, strict=False))
        members = tuple(by_column[column] for column in dimensions[names[mask]])
        cells[span, names[mask], members] = tuple(values[len(columns) :])
    return Cube(cells)


def _mask(members: tuple[str, ...], columns: list[str]) -> int:
    """What PostgreSQL's grouping() gives for them: a bit for each column that is not among them."""
    bits = ["0" if column in members else "1" for column in columns]
    return int("".join(bits), 2)
