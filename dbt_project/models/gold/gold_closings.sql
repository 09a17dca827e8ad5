-- Grain: one row per closing. A reopened case closes more than once, and each one counts.
{{ config(materialized='view') }}

with closings as (
    select * from {{ ref('silver_status_events') }}
    where is_valid and status_to = 'CLOSED'
),

tickets as (
    select * from {{ ref('silver_tickets') }}
),

final as (
    select
        closings.event_id,
        closings.ticket_id,
        closings.day,
        closings.change_no,
        closings.is_within_sla,
        epoch_us(closings.ts) - epoch_us(tickets.created_at) as close_us,
        tickets.source_channel as channel,
        tickets.pqrs_type,
        tickets.priority,
        tickets.department,
        tickets.geo_id
    from closings
    inner join tickets on closings.ticket_id = tickets.ticket_id
)

select * from final
