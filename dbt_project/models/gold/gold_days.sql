-- Grain: one row per day that gold computes, up to the world's last committed one: the days that
-- the run writes, and those before that moving means and reports look back on.

with world as (
    select * from {{ source('bronze', 'world') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

final as (
    select
        calendar.day,
        calendar.is_business_day,
        calendar.business_day_index,
        -- Position of the day's end in business time.
        cast(calendar.business_day_index as bigint) * 86400 as end_seconds,
        calendar.month,
        -- Days before it belong to earlier runs, and are written there.
        calendar.day >= world.run_first_day as is_written
    from calendar
    inner join world on calendar.day between world.gold_first_day and world.last_day
)

select * from final
