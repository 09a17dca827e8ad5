-- Grain: one row per case that an agent has answered: its first message to the citizen.
{{ config(materialized='view') }}

with tickets as (
    select * from {{ ref('silver_tickets') }}
    where first_response_at is not null
),

final as (
    select
        ticket_id,
        {{ local_day('first_response_at') }} as day,
        epoch_us(first_response_at) - epoch_us(created_at) as response_us,
        source_channel as channel,
        pqrs_type,
        priority,
        department,
        geo_id
    from tickets
)

select * from final
