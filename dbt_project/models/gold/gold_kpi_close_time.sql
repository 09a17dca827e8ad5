-- Grain: one row per day of closing and pqrs_type.

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
        count(*) as closings_count,
        {{ hours_columns('close_us', 'hours_to_close') }}
    from {{ ref('gold_closings') }}
    group by all
),

counted as (
    select
        days.day,
        types.pqrs_type,
        coalesce(measured.closings_count, 0) as closings_count,
        measured.avg_hours_to_close,
        measured.median_hours_to_close,
        measured.p90_hours_to_close
    from days
    cross join types
    left join measured using (day, pqrs_type)
),

final as (
    select
        *,
        {{ trend_columns('closings_count', ['pqrs_type']) }}
    from counted
)

select * from final
