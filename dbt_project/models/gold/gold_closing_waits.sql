-- Grain: one row per closing, with who had been waiting for whom, and who closed it.
{{ config(materialized='view') }}

with changes as (
    select * from {{ ref('silver_status_events') }}
    where is_valid
),

tickets as (
    select * from {{ ref('silver_tickets') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

waited as (
    select
        *,
        sum(if(status_from = 'ON_HOLD', state_seconds, 0)) over life as citizen_seconds,
        sum(if(status_from = 'ON_HOLD', state_business_seconds, 0)) over life
            as citizen_business_seconds,
        count(*) filter (where status_to = 'REOPENED') over life as reopened_count
    from changes
    window life as (partition by ticket_id order by change_no rows unbounded preceding)
),

closings as (
    select
        waited.*,
        tickets.pqrs_type,
        tickets.first_response_at,
        tickets.second_response_at,
        epoch_us(waited.ts) // 1000000 - epoch_us(tickets.radicated_at) // 1000000
            as total_seconds,
        waited.business_seconds
        - ({{ business_seconds('tickets.radicated_at', 'radicated_days') }})
            as total_business_seconds
    from waited
    inner join tickets on waited.ticket_id = tickets.ticket_id
    left join calendar as radicated_days
        on {{ local_day('tickets.radicated_at') }} = radicated_days.day
    where waited.status_to = 'CLOSED'
),

final as (
    select
        event_id,
        ticket_id,
        day,
        pqrs_type,
        coalesce(dependencia_id, 'unassigned') as dependencia_id,
        cast(citizen_seconds as bigint) as citizen_seconds,
        cast(citizen_business_seconds as bigint) as citizen_business_seconds,
        cast(total_seconds - citizen_seconds as bigint) as entity_seconds,
        cast(total_business_seconds - citizen_business_seconds as bigint)
            as entity_business_seconds,
        -- As it was known then: messages sent after a closing were no touch of it.
        reopened_count = 0
        and coalesce(first_response_at <= ts, false)
        and coalesce(second_response_at > ts, true) as is_one_touch
    from closings
)

select * from final
