-- Grain: one row per case that an agent has answered: its first message to the citizen.
{{ config(materialized='view') }}

with tickets as (
    select * from {{ ref('silver_tickets') }}
    where first_response_at is not null
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

final as (
    select
        tickets.ticket_id,
        {{ local_day('tickets.first_response_at') }} as day,
        epoch_us(tickets.first_response_at) - epoch_us(tickets.created_at) as response_us,
        {{ business_seconds('tickets.first_response_at', 'response_days') }}
        - ({{ business_seconds('tickets.created_at', 'created_days') }})
            as response_business_seconds,
        tickets.source_channel as channel,
        tickets.pqrs_type,
        tickets.priority,
        tickets.department,
        tickets.geo_id
    from tickets
    left join calendar as created_days on tickets.created_day = created_days.day
    left join calendar as response_days
        on {{ local_day('tickets.first_response_at') }} = response_days.day
)

select * from final
