-- Grain: one row per day of closing and pqrs_type.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

final as (
    select
        day,
        pqrs_type,
        closings_count,
        avg_hours_to_close,
        median_hours_to_close,
        p90_hours_to_close,
        {{ trend_columns('closings_count', ['pqrs_type']) }}
    from kpis
)

select * from final
