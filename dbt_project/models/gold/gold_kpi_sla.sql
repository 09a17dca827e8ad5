-- Grain: one row per day and pqrs_type.
-- Counts closings, not cases: a case reopened later must not change this day.

with kpis as (
    select * from {{ ref('gold_kpis_by_type') }}
),

announced as (
    select
        extensions.day,
        tickets.pqrs_type,
        count(*) filter (where extensions.is_valid) as extensions_count,
        count(*) filter (where not extensions.is_valid) as refused_extensions_count
    from {{ ref('silver_term_extensions') }} as extensions
    inner join {{ ref('silver_tickets') }} as tickets on extensions.ticket_id = tickets.ticket_id
    group by all
),

final as (
    select
        kpis.day,
        kpis.pqrs_type,
        closings_count,
        within_sla_count,
        within_sla_pct,
        overdue_count,
        avg_overdue_days,
        coalesce(announced.extensions_count, 0) as extensions_count,
        coalesce(announced.refused_extensions_count, 0) as refused_extensions_count,
        {{ trend_columns('closings_count', ['pqrs_type']) }},
        {{ trend_columns('overdue_count', ['pqrs_type']) }}
    from kpis
    left join announced using (day, pqrs_type)
)

select * from final
