-- Every valid transition to CLOSED counts on its day.
{{ config(tags=['gold']) }}

with counted as (
    select
        day,
        sum(closings_count) as closings_count
    from {{ ref('gold_kpi_sla') }}
    group by all
),

expected as (
    select
        day,
        count(*) as expected_count
    from {{ ref('silver_status_events') }}
    where
        is_valid and status_to = 'CLOSED'
        and day >= (select gold_first_day from {{ source('bronze', 'world') }})
    group by all
)

select *
from counted
full outer join expected using (day)
where coalesce(closings_count, 0) <> coalesce(expected_count, 0)
