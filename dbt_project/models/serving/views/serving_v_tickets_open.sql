-- Grain: one row per case that is open at the end of the last published day.
{{ config(materialized='published_view', schema='silver') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

municipalities as (
    {{ published_rows('serving_dim_geo') }}
),

statuses as (
    {{ published_rows('serving_dim_status') }}
),

-- Looked up twice, by single days: reading it whole first would cost more than the rest.
calendar as not materialized (
    {{ published_rows('serving_dim_calendar') }}
),

as_of as (
    {{ as_of_day() }}
),

-- Business time at the end of the day, that is at the start of the next one.
as_of_end as (
    select
        as_of.day,
        calendar.business_seconds_before as business_seconds
    from as_of
    inner join calendar on calendar.day = as_of.day + 1
),

-- Business time at the due date, and whether the clock runs towards it.
dated as (
    select
        tickets.*,
        due_days.business_seconds_before
        + case
            when due_days.is_business_day
                then extract(epoch from (tickets.sla_due_at at time zone 'America/Bogota')::time)
            else 0
        end as due_business_seconds,
        statuses.sla_behavior in ('START', 'RUN')
        and statuses.status_id is distinct from tickets.sla_stops_at as is_clock_running
    from tickets
    left join statuses on tickets.current_status = statuses.status_id
    left join calendar as due_days
        on due_days.day = (tickets.sla_due_at at time zone 'America/Bogota')::date
    where tickets.closed_at is null
),

-- A clock that stands still has accumulated what it had at the case's last change of state.
overdue as (
    select
        dated.*,
        as_of_end.day as as_of_day,
        case
            when dated.is_clock_running
                then as_of_end.business_seconds - dated.due_business_seconds
            else dated.sla_elapsed_seconds - dated.sla_days * 86400
        end as overdue_seconds
    from dated
    cross join as_of_end
)

select
    overdue.ticket_id,
    overdue.external_id,
    overdue.source_channel,
    overdue.pqrs_type,
    overdue.priority,
    overdue.current_status,
    overdue.geo_id,
    municipalities.region,
    municipalities.department,
    municipalities.municipio,
    overdue.created_at,
    overdue.radicated_at,
    overdue.status_since_at,
    overdue.sla_due_at,
    overdue.sla_days,
    overdue.as_of_day,
    overdue.as_of_day - overdue.created_day as age_days,
    coalesce(overdue.overdue_seconds > 0, false) as is_overdue,
    round(greatest(overdue.overdue_seconds, 0) / 86400.0, 2) as overdue_days,
    round(greatest(0 - overdue.overdue_seconds, 0) / 86400.0, 2) as remaining_days
from overdue
left join municipalities on overdue.geo_id = municipalities.geo_id
