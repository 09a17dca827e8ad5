-- Grain: one row per case that is open at the end of the last published day.
{{ config(materialized='published_view', schema='silver') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

open_tickets as (
    select
        *,
        status_since_at at time zone 'America/Bogota' as status_since_local
    from tickets
    where closed_at is null
),

municipalities as (
    {{ published_rows('serving_dim_geo') }}
),

statuses as (
    {{ published_rows('serving_dim_status') }}
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
    inner join calendar on calendar.day = as_of.day + 1
),

-- Business time at the last change of state and at the start of the clock, and whether it runs.
dated as (
    select
        tickets.*,
        greatest(
            since_days.business_seconds_before
            + case
                when since_days.is_business_day
                    then floor(extract(epoch from tickets.status_since_local::time))::bigint
                else 0
            end,
            start_days.business_seconds_before
        ) as running_from_seconds,
        statuses.sla_behavior in ('START', 'RUN')
        and statuses.status_id != coalesce(tickets.sla_stops_at, '') as is_clock_running
    from open_tickets as tickets
    left join statuses on tickets.current_status = statuses.status_id
    left join calendar as since_days
        on since_days.day = tickets.status_since_local::date
    -- The clock starts with the first business day after the one of registration.
    left join calendar as start_days on start_days.day = tickets.radicated_day + 1
),

-- What the clock had accumulated at the last change of state, and since then if it runs. The due
-- date does not tell: a case may have been on hold after it.
overdue as (
    select
        dated.*,
        as_of_end.day as as_of_day,
        dated.sla_elapsed_seconds
        + case
            when dated.is_clock_running
                then greatest(as_of_end.business_seconds - dated.running_from_seconds, 0)
            else 0
        end
        - dated.sla_days * 86400 as overdue_seconds
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
    greatest(overdue.overdue_seconds, 0)::bigint as overdue_seconds,
    round(greatest(overdue.overdue_seconds, 0) / 86400.0, 2) as overdue_days,
    round(greatest(0 - overdue.overdue_seconds, 0) / 86400.0, 2) as remaining_days
from overdue
left join municipalities on overdue.geo_id = municipalities.geo_id
