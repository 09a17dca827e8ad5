-- Grain: one row per pqrs_type, at the end of the last published day.
{{ config(materialized='published_view', schema='silver') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

open_tickets as (
    select * from {{ ref('serving_v_tickets_open') }}
),

types as (
    {{ published_rows('serving_dim_pqrs_type') }}
),

as_of as (
    {{ as_of_day() }}
),

cases as (
    select
        pqrs_type,
        count(*) as tickets_count,
        count(*) filter (where closed_at is not null) as closed_count,
        count(*) filter (where closed_at is not null and not is_late) as closed_within_sla_count,
        count(*) filter (where is_late) as closed_late_count
    from tickets
    group by pqrs_type
),

backlog as (
    select
        pqrs_type,
        count(*) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where is_at_risk) as due_soon_count,
        round(
            sum(overdue_seconds) / (86400.0 * nullif(count(*) filter (where is_overdue), 0)), 2
        ) as avg_overdue_days
    from open_tickets
    group by pqrs_type
)

select
    as_of.day as as_of_day,
    types.type_id as pqrs_type,
    types.name as pqrs_type_name,
    coalesce(cases.tickets_count, 0) as tickets_count,
    coalesce(backlog.open_count, 0) as open_count,
    coalesce(backlog.overdue_count, 0) as overdue_count,
    coalesce(backlog.due_soon_count, 0) as due_soon_count,
    backlog.avg_overdue_days,
    coalesce(cases.closed_count, 0) as closed_count,
    coalesce(cases.closed_within_sla_count, 0) as closed_within_sla_count,
    coalesce(cases.closed_late_count, 0) as closed_late_count,
    round(
        100.0 * cases.closed_within_sla_count / nullif(cases.closed_count, 0), 2
    ) as within_sla_pct
from types
cross join as_of
left join cases on types.type_id = cases.pqrs_type
left join backlog on types.type_id = backlog.pqrs_type
