-- Grain: one row per day of the first agent message and pqrs_type.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

measured as (
    select
        day,
        pqrs_type,
        {{ duration_columns(
            'response_business_seconds', 'business_days_to_first_response', 86400
        ) }}
    from {{ ref('gold_first_responses') }}
    group by all
),

final as (
    select
        kpis.day,
        kpis.pqrs_type,
        responses_count,
        avg_hours_to_first_response,
        median_hours_to_first_response,
        p90_hours_to_first_response,
        measured.avg_business_days_to_first_response,
        measured.median_business_days_to_first_response,
        measured.p90_business_days_to_first_response,
        {{ trend_columns('responses_count', ['pqrs_type']) }}
    from kpis
    left join measured using (day, pqrs_type)
)

select * from final
