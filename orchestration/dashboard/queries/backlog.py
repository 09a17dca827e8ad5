"""Backlog y envejecimiento: what is open, since when, and where it stands."""

from typing import LiteralString

# What the filters leave of the open cases of the last published day.
_OPEN = """
select
    count(*) as open_count,
    count(*) filter (where is_overdue) as overdue_count,
    count(*) filter (where is_at_risk) as due_soon_count,
    (percentile_disc(0.5) within group (order by age_days))::float8 as median_age_days,
    max(age_days)::float8 as oldest_age_days
from silver.v_tickets_open
where
    pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
"""
_TREND = """
select day, pqrs_type, sum(backlog_count)::bigint as backlog_count
from gold.kpi_backlog_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by 1, 2
order by 1, 2
"""
_AGEING = """
select day, age_band_order, age_band, sum(open_count)::bigint as open_count
from gold.kpi_ageing_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by 1, 2, 3
order by 1, 2
"""
_STATES = """
select
    current_status as status,
    count(*) as open_count,
    count(*) filter (where is_overdue) as overdue_count,
    (percentile_disc(0.5) within group (order by age_days))::float8 as median_age_days
from silver.v_tickets_open
where
    pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
group by 1
order by 2 desc
"""
_WORST = """
select
    ticket_id::text as ticket_id, external_id, pqrs_type, priority, department, municipio,
    current_status as status, age_days::float8 as age_days, overdue_days::float8 as overdue_days
from silver.v_tickets_open
where
    is_overdue
    and pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
order by overdue_days desc, ticket_id
limit 12
"""
QUERIES: dict[str, LiteralString] = {
    "open": _OPEN,
    "trend": _TREND,
    "ageing": _AGEING,
    "states": _STATES,
    "worst": _WORST,
}
