-- Grain: one row per day of the first agent message and pqrs_type.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

measured as (
    select
        day,
        pqrs_type,
        count(*) as responses_count,
        {{ hours_columns('response_us', 'hours_to_first_response') }}
    from {{ ref('gold_first_responses') }}
    group by all
),

counted as (
    select
        days.day,
        types.pqrs_type,
        coalesce(measured.responses_count, 0) as responses_count,
        measured.avg_hours_to_first_response,
        measured.median_hours_to_first_response,
        measured.p90_hours_to_first_response
    from days
    cross join types
    left join measured using (day, pqrs_type)
),

final as (
    select
        *,
        {{ trend_columns('responses_count', ['pqrs_type']) }}
    from counted
)

select * from final
