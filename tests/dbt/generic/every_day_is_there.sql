{#- Fails with the days that gold computes and that have no row, and the days of rows outside them. -#}
{% test every_day_is_there(model) %}
with world_days as (
    select cast(unnest(generate_series(gold_first_day, last_day, interval 1 day)) as date) as day
    from {{ source('bronze', 'world') }}
),

found_days as (
    select distinct day from {{ model }}
)

select
    case when found_days.day is null then 'missing' else 'not a day of gold' end as problem,
    coalesce(world_days.day, found_days.day) as day
from world_days
full outer join found_days on world_days.day = found_days.day
where world_days.day is null or found_days.day is null
{% endtest %}
