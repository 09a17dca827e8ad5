-- Grain: one row per closing. A reopened case closes more than once, and each one counts.
{{ config(materialized='view') }}

with closings as (
    select * from {{ ref('silver_status_events') }}
    where is_valid and status_to = 'CLOSED'
),

tickets as (
    select * from {{ ref('silver_tickets') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

final as (
    select
        closings.event_id,
        closings.ticket_id,
        closings.day,
        closings.change_no,
        closings.is_within_sla,
        epoch_us(closings.ts) - epoch_us(tickets.created_at) as close_us,
        closings.business_seconds - ({{ business_seconds('tickets.created_at', 'created_days') }})
            as close_business_seconds,
        tickets.source_channel as channel,
        tickets.pqrs_type,
        tickets.priority,
        tickets.department,
        tickets.geo_id
    from closings
    inner join tickets on closings.ticket_id = tickets.ticket_id
    left join calendar as created_days on tickets.created_day = created_days.day
)

select * from final
