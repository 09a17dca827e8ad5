-- Every first agent message counts on its Colombian day.
{{ config(tags=['gold']) }}

with counted as (
    select
        day,
        sum(responses_count) as responses_count
    from {{ ref('gold_kpi_first_response') }}
    group by all
),

answered as (
    select cast((first_response_at at time zone 'UTC') - interval 5 hours as date) as day
    from {{ ref('silver_tickets') }}
    where first_response_at is not null
),

expected as (
    select
        day,
        count(*) as expected_count
    from answered
    where day >= (select gold_first_day from {{ source('bronze', 'world') }})
    group by all
)

select *
from counted
full outer join expected using (day)
where coalesce(responses_count, 0) <> coalesce(expected_count, 0)
