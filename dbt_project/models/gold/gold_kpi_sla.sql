-- Grain: one row per day and pqrs_type.
-- Counts closings, not cases: a case reopened later must not change this day.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

final as (
    select
        day,
        pqrs_type,
        closings_count,
        within_sla_count,
        within_sla_pct,
        overdue_count,
        avg_overdue_days,
        {{ trend_columns('closings_count', ['pqrs_type']) }},
        {{ trend_columns('overdue_count', ['pqrs_type']) }}
    from kpis
)

select * from final
