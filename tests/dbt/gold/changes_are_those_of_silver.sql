-- Every valid transition is in the matrix on its day.
{{ config(tags=['gold']) }}

with counted as (
    select
        day,
        sum(transitions_count) as transitions_count
    from {{ ref('gold_kpi_status_transitions') }}
    group by all
),

expected as (
    select
        day,
        count(*) as expected_count
    from {{ ref('silver_status_events') }}
    where is_valid and day >= (select gold_first_day from {{ source('bronze', 'world') }})
    group by all
)

select *
from counted
full outer join expected using (day)
where coalesce(transitions_count, 0) <> coalesce(expected_count, 0)
