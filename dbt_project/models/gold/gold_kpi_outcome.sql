-- Grain: one row per day, pqrs_type and outcome: answers by how they end the case.
-- Counts answers, not cases: a case reopened later may end otherwise, on another day.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

outcomes as (
    select unnest(['ANSWERED', 'TRANSFERRED', 'DENIED', 'WITHDRAWN']) as outcome
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

answers as (
    select
        events.day,
        tickets.pqrs_type,
        tickets.subtype,
        events.outcome,
        -- A transfer has a term of its own.
        coalesce(
            events.is_transfer_in_time, events.sla_elapsed_seconds <= events.sla_seconds
        ) as is_in_term,
        coalesce(events.is_withdrawal_tacit, false) as is_tacit,
        events.business_seconds - ({{ business_seconds('tickets.created_at', 'created_days') }})
            as response_business_seconds
    from {{ ref('silver_status_events') }} as events
    inner join {{ ref('silver_tickets') }} as tickets on events.ticket_id = tickets.ticket_id
    left join calendar as created_days on tickets.created_day = created_days.day
    where events.is_valid and events.status_to = 'RESPONDED'
),

totals as (
    select
        day,
        pqrs_type,
        outcome,
        count(*) as responses_count,
        count(*) filter (where is_in_term) as in_term_count,
        count(*) filter (where subtype = 'informacion') as informacion_count,
        count(*) filter (where subtype = 'consulta') as consulta_count,
        count(*) filter (where is_tacit) as tacit_count,
        {{ duration_columns('response_business_seconds', 'business_days_to_response', 86400) }}
    from answers
    group by all
),

counted as (
    select
        days.day,
        types.pqrs_type,
        outcomes.outcome,
        coalesce(totals.responses_count, 0) as responses_count,
        coalesce(totals.in_term_count, 0) as in_term_count,
        coalesce(totals.informacion_count, 0) as informacion_count,
        coalesce(totals.consulta_count, 0) as consulta_count,
        coalesce(totals.tacit_count, 0) as tacit_count,
        totals.avg_business_days_to_response,
        totals.median_business_days_to_response,
        totals.p90_business_days_to_response
    from days
    cross join types
    cross join outcomes
    left join totals using (day, pqrs_type, outcome)
),

final as (
    select
        day,
        pqrs_type,
        outcome,
        responses_count,
        in_term_count,
        {{ pct('in_term_count', 'responses_count') }} as in_term_pct,
        responses_count - informacion_count - consulta_count as general_count,
        informacion_count,
        consulta_count,
        tacit_count,
        avg_business_days_to_response,
        median_business_days_to_response,
        p90_business_days_to_response
    from counted
)

select * from final
