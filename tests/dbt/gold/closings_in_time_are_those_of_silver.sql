-- Every closing within its term counts on its day.
{{ config(tags=['gold']) }}

with counted as (
    select
        day,
        sum(within_sla_count) as within_sla_count
    from {{ ref('gold_kpi_sla') }}
    group by all
),

expected as (
    select
        day,
        count(*) as expected_count
    from {{ ref('silver_status_events') }}
    where
        is_valid and status_to = 'CLOSED' and is_within_sla
        and day >= (select gold_first_day from {{ source('bronze', 'world') }})
    group by all
)

select *
from counted
full outer join expected using (day)
where coalesce(within_sla_count, 0) <> coalesce(expected_count, 0)
