-- Grain: one row per due day and pqrs_type: the cases whose term ends then, as known at its end.
-- No survivor bias: a case that nobody closes is in it.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

-- A case on hold with part of its term left is not due: its term waits with it.
due as (
    select
        due_day as day,
        pqrs_type,
        is_answered,
        elapsed_seconds <= sla_seconds as is_in_term
    from {{ ref('gold_status_spans') }}
    where
        due_day between first_day and last_day
        and (is_clock_running or is_answered or elapsed_seconds >= sla_seconds)
),

totals as (
    select
        day,
        pqrs_type,
        count(*) as due_count,
        count(*) filter (where is_answered and is_in_term) as in_term_count,
        count(*) filter (where is_answered and not is_in_term) as late_count,
        count(*) filter (where not is_answered) as open_count
    from due
    group by all
),

counted as (
    select
        days.day,
        types.pqrs_type,
        coalesce(totals.due_count, 0) as due_count,
        coalesce(totals.in_term_count, 0) as in_term_count,
        coalesce(totals.late_count, 0) as late_count,
        coalesce(totals.open_count, 0) as open_count
    from days
    cross join types
    left join totals using (day, pqrs_type)
),

final as (
    select
        *,
        {{ pct('in_term_count', 'due_count') }} as in_term_pct
    from counted
)

select * from final
