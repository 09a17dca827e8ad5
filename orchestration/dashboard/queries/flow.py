"""Flujo: transitions, variants, bottlenecks, rework, and what late cases have in common."""

from collections import defaultdict
from typing import LiteralString

from orchestration.dashboard.filters import Filters
from orchestration.dashboard.reading import Rows

MOST_VARIANTS = 12
LEAST_SUPPORT = 0.01
LEAST_CASES = 30

_TRANSITIONS = """
select
    status_from,
    status_to,
    count(*) as transitions_count,
    (percentile_disc(0.5) within group (order by state_business_seconds) / 86400.0)::float8
        as median_days,
    (percentile_disc(0.9) within group (order by state_business_seconds) / 86400.0)::float8
        as p90_days,
    (sum(state_business_seconds) / 86400.0)::float8 as total_days
from silver.status_events
where is_valid and day between %(first)s and %(last)s
group by 1, 2
order by 3 desc, 1, 2
"""
_TRANSITIONS_OF_CHOSEN = """
select
    moved.status_from,
    moved.status_to,
    count(*) as transitions_count,
    (percentile_disc(0.5) within group (order by moved.state_business_seconds) / 86400.0)::float8
        as median_days,
    (percentile_disc(0.9) within group (order by moved.state_business_seconds) / 86400.0)::float8
        as p90_days,
    (sum(moved.state_business_seconds) / 86400.0)::float8 as total_days
from silver.status_events as moved
join silver.tickets as tickets using (ticket_id)
where
    moved.is_valid
    and moved.day between %(first)s and %(last)s
    and tickets.pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or tickets.source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(tickets.geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or tickets.priority = any(%(priorities)s::text[]))
    and (
        %(offices)s::text[] is null
        or coalesce(tickets.dependencia_id, 'unassigned') = any(%(offices)s::text[])
    )
group by 1, 2
order by 3 desc, 1, 2
"""
_VARIANTS = """
select
    variant,
    sum(closings_count)::bigint as closings_count,
    (100.0 * sum(closings_count) / sum(sum(closings_count)) over ())::float8 as closings_pct,
    sum(nonconforming_count)::bigint as nonconforming_count,
    (100.0 * sum(closings_count - nonconforming_count) / sum(closings_count))::float8
        as conforming_pct,
    (100.0 * sum(within_sla_count) / sum(closings_count))::float8 as within_sla_pct,
    (sum(closings_count * avg_hours_to_close) / sum(closings_count))::float8 as avg_hours,
    bool_or(is_rework) as is_rework
from gold.kpi_flow_variants_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by variant
having sum(closings_count) > 0
order by 2 desc, 1
"""
_REWORK = """
select
    pqrs_type,
    sum(closings_count)::bigint as closings_count,
    coalesce(sum(closings_count) filter (where is_rework), 0)::bigint as rework_count,
    (
        100.0 * coalesce(sum(closings_count) filter (where is_rework), 0)
        / nullif(sum(closings_count), 0)
    )::float8 as rework_pct,
    (
        100.0 * coalesce(sum(closings_count) filter (where holds_count > 0), 0)
        / nullif(sum(closings_count), 0)
    )::float8 as held_pct
from gold.kpi_flow_variants_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by 1
having sum(closings_count) > 0
order by 1
"""
_REFUSED = """
select status_from, status_to, count(*) as transitions_count
from silver.status_events
where not is_valid and day between %(first)s and %(last)s
group by 1, 2
order by 3 desc, 1, 2
limit 20
"""
_SEGMENTS = """
with closings as materialized (
    select
        not moved.is_within_sla as is_late,
        moved.sla_elapsed_seconds / 86400.0 as term_days,
        tickets.reopen_count > 0 as is_reopened,
        tickets.pqrs_type, tickets.subtype, tickets.source_channel, tickets.priority,
        tickets.region, tickets.department
    from silver.status_events as moved
    join silver.tickets as tickets using (ticket_id)
    where
        moved.is_valid
        and moved.status_to = 'CLOSED'
        and moved.day between %(first)s and %(last)s
        and tickets.pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or tickets.source_channel = any(%(channels)s::text[]))
        and (
            %(departments)s::text[] is null
            or left(tickets.geo_id, 2) = any(%(departments)s::text[])
        )
        and (%(priorities)s::text[] is null or tickets.priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(tickets.dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
)

select
    attribute,
    value,
    count(*) as closings_count,
    count(*) filter (where is_late) as late_count,
    (100.0 * count(*) filter (where not is_late) / count(*))::float8 as within_sla_pct,
    (percentile_disc(0.5) within group (order by term_days))::float8 as median_days,
    (100.0 * count(*) filter (where is_reopened) / count(*))::float8 as reopened_pct
from closings
cross join lateral (values
    ('type', pqrs_type), ('subtype', subtype), ('channel', source_channel),
    ('priority', priority), ('region', region), ('department', department)
) as segments (attribute, value)
where value is not null
group by attribute, value
order by attribute, value
"""


def queries(filters: Filters) -> dict[str, LiteralString]:
    """The queries of the page; cases are joined only where a filter needs them."""
    transitions: LiteralString = _TRANSITIONS_OF_CHOSEN if filters.selective else _TRANSITIONS
    return {
        "transitions": transitions,
        "variants": _VARIANTS,
        "rework": _REWORK,
        "refused": _REFUSED,
        "segments": _SEGMENTS,
    }


def bottlenecks(transitions: Rows) -> Rows:
    """States by the business time that cases spent in them before they left, the most first.

    Returns:
        status, transitions_count, total_days, share_pct (of all of that time), and the median and
        90th percentile of the most frequent way out.
    """
    states: dict[str, Rows] = defaultdict(list)
    for row in transitions:
        states[row["status_from"]].append(row)
    # After the closing nobody waits for the entity any more.
    waited = {name: rows for name, rows in states.items() if name not in ("CLOSED", "ARCHIVED")}
    everything = sum(row["total_days"] for rows in waited.values() for row in rows) or 1
    found = []
    for name, rows in waited.items():
        total = sum(row["total_days"] for row in rows)
        usual = max(rows, key=lambda row: row["transitions_count"])
        found.append(
            {
                "status": name,
                "transitions_count": sum(row["transitions_count"] for row in rows),
                "total_days": total,
                "share_pct": 100 * total / everything,
                "median_days": usual["median_days"],
                "p90_days": usual["p90_days"],
            }
        )
    return sorted(found, key=lambda row: (-row["total_days"], row["status"]))


def over_represented(segments: Rows) -> Rows:
    """What late closings have more often than all closings do, by lift.

    Args:
        segments: attribute, value, closings_count and late_count; the values of an attribute add up
            to all closings.

    Returns:
        Rows with `support_pct` (of the late closings, those with the value), `base_pct` (of all
        closings) and `lift` (the first by the second), where the lift is above 1, the support at
        least 1 % and the base at least 30 closings.
    """
    closed: dict[str, int] = defaultdict(int)
    late: dict[str, int] = defaultdict(int)
    for row in segments:
        closed[row["attribute"]] += row["closings_count"]
        late[row["attribute"]] += row["late_count"]
    found = []
    for row in segments:
        name = row["attribute"]
        if not late[name] or row["closings_count"] < LEAST_CASES:
            continue
        support = row["late_count"] / late[name]
        base = row["closings_count"] / closed[name]
        if support >= LEAST_SUPPORT and support > base:
            found.append(
                {
                    **row,
                    "support_pct": 100 * support,
                    "base_pct": 100 * base,
                    "lift": support / base,
                }
            )
    return sorted(found, key=lambda row: (-row["lift"], row["attribute"], row["value"]))
