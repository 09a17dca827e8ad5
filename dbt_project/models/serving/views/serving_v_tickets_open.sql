-- Grain: one row per case that is open at the end of the last published day.
{{ config(materialized='published_view', schema='silver') }}

with snapshot as (
    {{ published_rows('serving_tickets_snapshot') }}
),

tickets as (
    {{ published_rows('serving_tickets') }}
),

-- Where each clock stands at the end of the day: gold has computed it.
clocks as (
    select
        ticket_id,
        day as as_of_day,
        dependencia_id,
        is_at_risk,
        is_overdue,
        late_risk,
        sla_elapsed_seconds - sla_days * 86400 as overdue_seconds
    from snapshot
),

-- Null before registration: PostgreSQL's greatest() would pass over it and give 0.
terms as (
    select
        ticket_id,
        greatest(overdue_seconds, 0) as overdue_seconds,
        greatest(0 - overdue_seconds, 0) as remaining_seconds
    from clocks
    where overdue_seconds is not null
)

select
    tickets.ticket_id,
    tickets.external_id,
    tickets.source_channel,
    tickets.pqrs_type,
    tickets.priority,
    tickets.current_status,
    tickets.geo_id,
    tickets.region,
    tickets.department,
    tickets.municipio,
    tickets.created_at,
    tickets.radicated_at,
    tickets.status_since_at,
    tickets.sla_due_at,
    tickets.sla_days,
    clocks.as_of_day,
    clocks.as_of_day - tickets.created_day as age_days,
    clocks.is_overdue,
    terms.overdue_seconds::bigint as overdue_seconds,
    round(terms.overdue_seconds / 86400.0, 2) as overdue_days,
    round(terms.remaining_seconds / 86400.0, 2) as remaining_days,
    clocks.dependencia_id,
    clocks.is_at_risk,
    clocks.late_risk
from clocks
inner join tickets on clocks.ticket_id = tickets.ticket_id
left join terms on clocks.ticket_id = terms.ticket_id
