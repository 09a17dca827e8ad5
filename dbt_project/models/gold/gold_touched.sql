-- Grain: one row per partition that this run writes, of days or of ends of months, quarters or
-- half-years.
-- From the run's first day to the world's last: later days depend on earlier ones.

with world as (
    select * from {{ source('bronze', 'world') }}
),

days as (
    select cast(unnest(generate_series(run_first_day, last_day, interval 1 day)) as date) as day
    from world
),

touched as (
    select
        day,
        unnest(['days', 'month_ends', 'quarter_ends', 'semester_ends']) as dataset
    from days
),

final as (
    select
        dataset,
        strftime(day, '%Y-%m-%d') as partition
    from touched
    where
        dataset = 'days'
        or (
            day = last_day(day)
            and month(day) % case dataset
                when 'month_ends' then 1 when 'quarter_ends' then 3 else 6
            end = 0
        )
)

select * from final
