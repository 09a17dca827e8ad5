-- Grain: one row per day and pqrs_type.
-- Counts closings, not cases: a case reopened later must not change this day.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

closings as (
    select
        day,
        pqrs_type,
        count(*) as closings_count,
        count(*) filter (where is_within_sla) as within_sla_count
    from {{ ref('gold_closings') }}
    group by all
),

overdue_spans as (
    select * from {{ ref('gold_status_spans') }}
    where first_overdue_day is not null
),

overdue_changes as (
    {{ stretch_changes('overdue_spans', 'first_overdue_day', ['pqrs_type'], overdue_measures()) }}
),

counted as (
    select
        days.day,
        types.pqrs_type,
        days.end_seconds,
        coalesce(closings.closings_count, 0) as closings_count,
        coalesce(closings.within_sla_count, 0) as within_sla_count,
        {{ running_totals('overdue_changes', overdue_measures(), ['pqrs_type']) }}
    from days
    cross join types
    left join closings using (day, pqrs_type)
    left join overdue_changes using (day, pqrs_type)
),

final as (
    select
        day,
        pqrs_type,
        closings_count,
        within_sla_count,
        {{ pct('within_sla_count', 'closings_count') }} as within_sla_pct,
        overdue_count,
        {{ rounded_ratio(overdue_seconds(), '86400 * overdue_count') }} as avg_overdue_days,
        {{ trend_columns('closings_count', ['pqrs_type']) }},
        {{ trend_columns('overdue_count', ['pqrs_type']) }}
    from counted
)

select * from final
