-- Grain: one row per day of closing and pqrs_type.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

measured as (
    select
        day,
        pqrs_type,
        {{ duration_columns('close_business_seconds', 'business_days_to_close', 86400) }}
    from {{ ref('gold_closings') }}
    group by all
),

final as (
    select
        kpis.day,
        kpis.pqrs_type,
        closings_count,
        avg_hours_to_close,
        median_hours_to_close,
        p90_hours_to_close,
        measured.avg_business_days_to_close,
        measured.median_business_days_to_close,
        measured.p90_business_days_to_close,
        {{ trend_columns('closings_count', ['pqrs_type']) }}
    from kpis
    left join measured using (day, pqrs_type)
)

select * from final
