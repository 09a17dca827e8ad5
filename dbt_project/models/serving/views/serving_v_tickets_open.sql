-- Grain: one row per case that is open at the end of the last published day.
{{ config(materialized='published_view', schema='silver') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

municipalities as (
    {{ published_rows('serving_dim_geo') }}
),

calendar as (
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
    join calendar on calendar.day = as_of.day + 1
),

measured as (
    select
        tickets.*,
        as_of_end.day as as_of_day,
        as_of_end.business_seconds
        - due_days.business_seconds_before
        - case
            when due_days.is_business_day
                then extract(epoch from (tickets.sla_due_at at time zone 'America/Bogota')::time)
            else 0
        end as running_overdue_seconds,
        tickets.sla_elapsed_seconds - tickets.sla_days * 86400 as standing_overdue_seconds
    from tickets
    cross join as_of_end
    left join calendar as due_days
        on due_days.day = (tickets.sla_due_at at time zone 'America/Bogota')::date
    where tickets.closed_at is null
),

-- A clock that stands still has no due date: what counts is what it had accumulated.
overdue as (
    select
        measured.*,
        coalesce(running_overdue_seconds, standing_overdue_seconds) as overdue_seconds
    from measured
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
    round(greatest(- overdue.overdue_seconds, 0) / 86400.0, 2) as remaining_days
from overdue
left join municipalities on overdue.geo_id = municipalities.geo_id
