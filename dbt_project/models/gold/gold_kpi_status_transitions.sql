-- Grain: one row per day, pqrs_type and allowed transition: the matrix of the process.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

allowed as (
    select * from {{ ref('dim_status_transition') }}
),

transitions as (
    select
        events.day,
        tickets.pqrs_type,
        events.status_from,
        events.status_to,
        events.state_seconds * 1000000 as state_us,
        events.state_business_seconds
    from {{ ref('silver_status_events') }} as events
    inner join {{ ref('silver_tickets') }} as tickets on events.ticket_id = tickets.ticket_id
    where events.is_valid
),

measured as (
    select
        day,
        pqrs_type,
        status_from,
        status_to,
        count(*) as transitions_count,
        {{ duration_columns('state_us', 'hours_in_state') }},
        {{ duration_columns('state_business_seconds', 'business_days_in_state', 86400) }}
    from transitions
    group by all
),

final as (
    select
        days.day,
        types.pqrs_type,
        allowed.status_from,
        allowed.status_to,
        coalesce(measured.transitions_count, 0) as transitions_count,
        measured.avg_hours_in_state,
        measured.median_hours_in_state,
        measured.p90_hours_in_state,
        measured.avg_business_days_in_state,
        measured.median_business_days_in_state,
        measured.p90_business_days_in_state
    from days
    cross join types
    cross join allowed
    left join measured using (day, pqrs_type, status_from, status_to)
)

select * from final
