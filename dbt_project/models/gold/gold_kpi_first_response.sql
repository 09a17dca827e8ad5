-- Grain: one row per day of the first agent message and pqrs_type.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

final as (
    select
        day,
        pqrs_type,
        responses_count,
        avg_hours_to_first_response,
        median_hours_to_first_response,
        p90_hours_to_first_response,
        {{ trend_columns('responses_count', ['pqrs_type']) }}
    from kpis
)

select * from final
