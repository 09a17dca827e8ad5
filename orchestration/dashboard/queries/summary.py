"""Resumen: the five figures by day, arrivals by channel, kinds.

A KPI view answers where its grain allows it; a combination of channel, department and priority is
counted from the cases, with the same definitions.
"""

from typing import LiteralString

from orchestration.dashboard.filters import Filters

_BY_TYPE = """
with created as (
    select day, sum(tickets_count)::bigint as tickets_count
    from gold.kpi_volume_daily
    where day between %(earlier)s and %(last)s and pqrs_type = any(%(types)s)
    group by day
),

waiting as (
    select day, sum(backlog_count)::bigint as backlog_count
    from gold.kpi_backlog_daily
    where day between %(earlier)s and %(last)s and pqrs_type = any(%(types)s)
    group by day
),

closings as (
    select
        day,
        sum(closings_count)::bigint as closings_count,
        sum(within_sla_count)::bigint as within_sla_count,
        sum(overdue_count)::bigint as overdue_count
    from gold.kpi_sla_daily
    where day between %(earlier)s and %(last)s and pqrs_type = any(%(types)s)
    group by day
),

answers as (
    select
        day,
        sum(responses_count)::bigint as responses_count,
        coalesce(sum(responses_count * avg_hours_to_first_response), 0)::float8 as response_hours
    from gold.kpi_first_response_daily
    where day between %(earlier)s and %(last)s and pqrs_type = any(%(types)s)
    group by day
)

select *
from created
join waiting using (day)
join closings using (day)
join answers using (day)
order by day
"""
_OF_ONE_VIEW = """
select
    day,
    sum(tickets_count)::bigint as tickets_count,
    sum(backlog_count)::bigint as backlog_count,
    sum(closings_count)::bigint as closings_count,
    sum(within_sla_count)::bigint as within_sla_count,
    sum(overdue_count)::bigint as overdue_count,
    sum(responses_count)::bigint as responses_count,
    coalesce(sum(responses_count * avg_hours_to_first_response), 0)::float8 as response_hours
from {view}
where day between %(earlier)s and %(last)s and {condition}
group by day
order by day
"""
_BY_PRIORITY = _OF_ONE_VIEW.format(
    view="gold.kpi_priority_daily", condition="priority = any(%(priorities)s)"
)
_BY_DEPARTMENT = _OF_ONE_VIEW.format(
    view="gold.kpi_department_daily", condition="dane_department_code = any(%(departments)s)"
)
_FROM_CASES = """
with chosen as (
    select ticket_id, created_day, created_at, first_response_at
    from silver.tickets
    where
        pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
),

days as (
    select day::date as day
    from meta.live_publication, generate_series(first_day, %(last)s::date, interval '1 day') as day
),

created as (
    select created_day as day, count(*) as tickets_count from chosen group by 1
),

moves as (
    select
        moved.day,
        count(*) filter (where moved.status_to = 'CLOSED') as closings_count,
        count(*) filter (where moved.is_within_sla) as within_sla_count,
        count(*) filter (where moved.status_to = 'REOPENED') as reopenings_count
    from silver.status_events as moved
    join chosen using (ticket_id)
    where moved.is_valid and moved.status_to in ('CLOSED', 'REOPENED')
    group by 1
),

answers as (
    select
        (first_response_at at time zone 'America/Bogota')::date as day,
        count(*) as responses_count,
        sum(extract(epoch from first_response_at - created_at) / 3600)::float8 as response_hours
    from chosen
    where first_response_at is not null
    group by 1
),

-- Only the open cases of the last published day are served, so the overdue of earlier days are not
-- known for a combination of filters.
overdue as (
    select live.last_day as day, count(waiting.ticket_id) as overdue_count
    from meta.live_publication as live
    left join (
        select ticket_id from silver.v_tickets_open join chosen using (ticket_id) where is_overdue
    ) as waiting on true
    group by 1
),

filled as (
    select
        days.day,
        coalesce(created.tickets_count, 0) as tickets_count,
        sum(
            coalesce(tickets_count, 0) - coalesce(closings_count, 0) + coalesce(reopenings_count, 0)
        ) over (order by days.day)::bigint as backlog_count,
        coalesce(moves.closings_count, 0) as closings_count,
        coalesce(moves.within_sla_count, 0) as within_sla_count,
        overdue.overdue_count,
        coalesce(answers.responses_count, 0) as responses_count,
        coalesce(answers.response_hours, 0) as response_hours
    from days
    left join created using (day)
    left join moves using (day)
    left join answers using (day)
    left join overdue using (day)
)

select * from filled
where day between %(earlier)s and %(last)s
order by day
"""
_VOLUME = """
select day, channel, sum(tickets_count)::bigint as tickets_count
from gold.kpi_volume_daily
where
    day between %(first)s and %(last)s
    and pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or channel = any(%(channels)s::text[]))
group by day, channel
order by day, channel
"""
_VOLUME_FROM_CASES = """
select created_day as day, source_channel as channel, count(*) as tickets_count
from silver.tickets
where
    created_day between %(first)s and %(last)s
    and pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (
        %(offices)s::text[] is null
        or coalesce(dependencia_id, 'unassigned') = any(%(offices)s::text[])
    )
group by 1, 2
order by 1, 2
"""
_KINDS = """
with created as (
    select pqrs_type, sum(tickets_count)::bigint as tickets_count
    from gold.kpi_volume_daily
    where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
    group by 1
),

closed as (
    select
        pqrs_type,
        sum(closings_count)::bigint as closings_count,
        sum(within_sla_count)::bigint as within_sla_count,
        (100.0 * sum(within_sla_count) / nullif(sum(closings_count), 0))::float8 as within_sla_pct,
        (sum(overdue_count) filter (where day = %(last)s))::bigint as overdue_count
    from gold.kpi_sla_daily
    where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
    group by 1
),

waiting as (
    select pqrs_type, sum(backlog_count)::bigint as backlog_count
    from gold.kpi_backlog_daily
    where day = %(last)s and pqrs_type = any(%(types)s)
    group by 1
)

select *
from created
join closed using (pqrs_type)
join waiting using (pqrs_type)
order by pqrs_type
"""


def queries(filters: Filters) -> dict[str, LiteralString]:
    """The queries of the page, each from the smallest view that can divide by the filters."""
    narrowed, selective = filters.narrowed, filters.selective
    days: LiteralString = _FROM_CASES
    if not narrowed:
        days = _BY_TYPE
    elif selective == {"priority"}:
        days = _BY_PRIORITY
    elif selective == {"department"}:
        days = _BY_DEPARTMENT
    volume: LiteralString = _VOLUME if narrowed <= {"channel"} else _VOLUME_FROM_CASES
    return {"days": days, "volume": volume, "kinds": _KINDS}
