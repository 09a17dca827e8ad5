-- A case outside the grid (an unknown channel, a day outside the world) would vanish from the KPI.
{{ config(tags=['gold']) }}

with counted as (
    select
        day,
        sum(tickets_count) as volume_count
    from {{ ref('gold_kpi_volume') }}
    group by all
),

expected as (
    select
        created_day as day,
        count(*) as expected_count
    from {{ ref('silver_tickets') }}
    where created_day >= (select gold_first_day from {{ source('bronze', 'world') }})
    group by all
)

select *
from counted
full outer join expected using (day)
where coalesce(volume_count, 0) <> coalesce(expected_count, 0)
