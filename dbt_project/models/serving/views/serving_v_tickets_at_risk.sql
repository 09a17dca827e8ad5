-- Grain: one row per open case with less than three business days left at the end of the last day.
{{ config(materialized='published_view', schema='silver') }}

with snapshot as (
    {{ published_rows('serving_tickets_snapshot') }}
),

tickets as (
    {{ published_rows('serving_tickets') }}
),

offices as (
    {{ published_rows('serving_dim_dependencia') }}
)

select
    snapshot.dependencia_id,
    coalesce(offices.name, snapshot.dependencia_id) as dependencia,
    row_number() over (
        partition by snapshot.dependencia_id
        order by
            snapshot.sla_days * 86400 - snapshot.sla_elapsed_seconds,
            tickets.created_at,
            tickets.ticket_id
    ) as urgency_rank,
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
    snapshot.sla_days,
    snapshot.day as as_of_day,
    snapshot.day - tickets.created_day as age_days,
    round((snapshot.sla_days * 86400 - snapshot.sla_elapsed_seconds) / 86400.0, 2)
        as remaining_days,
    snapshot.late_risk,
    snapshot.late_risk_reasons
from snapshot
inner join tickets on snapshot.ticket_id = tickets.ticket_id
left join offices on snapshot.dependencia_id = offices.dependencia_id
where snapshot.is_at_risk
order by dependencia_id, urgency_rank
