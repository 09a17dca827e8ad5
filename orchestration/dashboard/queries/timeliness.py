"""Oportunidad: the term by kind, by cohort and by policy, and how long closing takes."""

from datetime import date, timedelta
from typing import LiteralString

from orchestration.dashboard.filters import Filters, Period
from orchestration.dashboard.reading import Rows

_BY_TYPE = """
select
    pqrs_type,
    sum(closings_count)::bigint as closings_count,
    sum(within_sla_count)::bigint as within_sla_count,
    (100.0 * sum(within_sla_count) / nullif(sum(closings_count), 0))::float8 as within_sla_pct,
    (sum(overdue_count) filter (where day = %(last)s))::bigint as overdue_count,
    (max(avg_overdue_days) filter (where day = %(last)s))::float8 as avg_overdue_days
from gold.kpi_sla_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by pqrs_type
order by pqrs_type
"""
_BY_TYPE_FROM_CASES = """
with closed as (
    select
        tickets.pqrs_type,
        count(*) as closings_count,
        count(*) filter (where moved.is_within_sla) as within_sla_count
    from silver.status_events as moved
    join silver.tickets as tickets using (ticket_id)
    where
        moved.is_valid
        and moved.status_to = 'CLOSED'
        and moved.day between %(first)s and %(last)s
        and tickets.pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(tickets.dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
    group by 1
),

overdue as (
    select
        pqrs_type,
        count(*) filter (where is_overdue) as overdue_count,
        (avg(overdue_days) filter (where is_overdue))::float8 as avg_overdue_days
    from silver.v_tickets_open
    where
        pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
    group by 1
)

-- Only the open cases of the last published day are served, so the overdue of an earlier day are
-- not known for a combination of filters.
select
    pqrs_type,
    coalesce(closings_count, 0) as closings_count,
    coalesce(within_sla_count, 0) as within_sla_count,
    (100.0 * within_sla_count / nullif(closings_count, 0))::float8 as within_sla_pct,
    case when live.last_day = %(last)s then coalesce(overdue_count, 0) end as overdue_count,
    case when live.last_day = %(last)s then avg_overdue_days end as avg_overdue_days
from unnest(%(types)s::text[]) as types (pqrs_type)
cross join meta.live_publication as live
left join closed using (pqrs_type)
left join overdue using (pqrs_type)
order by pqrs_type
"""
_COHORTS = """
select
    date_trunc('week', day)::date as week,
    sum(due_count)::bigint as due_count,
    sum(in_term_count)::bigint as in_term_count,
    sum(late_count)::bigint as late_count,
    sum(open_count)::bigint as open_count,
    (100.0 * sum(in_term_count) / nullif(sum(due_count), 0))::float8 as in_term_pct
from gold.kpi_sla_cohort_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by 1
having sum(due_count) > 0
order by 1
"""
_SPEED = """
select
    day,
    pqrs_type,
    closings_count,
    median_hours_to_close::float8 as median_hours,
    p90_hours_to_close::float8 as p90_hours
from gold.kpi_close_time_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
order by day, pqrs_type
"""
_POLICIES = """
with in_force as (
    select * from silver.dim_sla_policy
    where valid_from <= %(last)s and coalesce(valid_to, 'infinity') >= %(last)s
),

-- A term for the subtype goes before the term for the type, which has no subtype.
used as (
    select
        tickets.sla_policy_id as policy_id,
        tickets.pqrs_type,
        coalesce(own.subtype, '') as subtype,
        count(*) as cases
    from silver.tickets as tickets
    left join in_force as own
        on own.policy_id = tickets.sla_policy_id
        and own.pqrs_type = tickets.pqrs_type
        and own.subtype = tickets.subtype
    where tickets.created_day between %(first)s and %(last)s and tickets.sla_policy_id is not null
    group by 1, 2, 3
)

select
    policy_id, pqrs_type, nullif(subtype, '') as subtype, business_days, stops_at, legal_basis,
    valid_from, coalesce(used.cases, 0) as cases
from in_force
left join used using (policy_id, pqrs_type, subtype)
where policy_id in (select policy_id from used) and pqrs_type = any(%(types)s)
order by policy_id, pqrs_type, subtype nulls first
"""


def queries(filters: Filters) -> dict[str, LiteralString]:
    """The queries of the page."""
    by_type: LiteralString = _BY_TYPE_FROM_CASES if filters.narrowed else _BY_TYPE
    return {"by_type": by_type, "cohorts": _COHORTS, "speed": _SPEED, "policies": _POLICIES}


def marked(weeks: Rows, period: Period) -> Rows:
    """Weeks with `is_partial`: whether days of it lie outside the period."""

    def is_partial(monday: date) -> bool:
        return monday < period.first or monday + timedelta(days=6) > period.last

    return [{**row, "is_partial": is_partial(row["week"])} for row in weeks]
