-- Two ways to the same figure: stretches of days, and the last states of the cases.
{{ config(tags=['gold']) }}

with stretches as (
    select
        backlog.pqrs_type,
        backlog.region,
        backlog.backlog_count
    from {{ ref('gold_kpi_backlog') }} as backlog
    inner join {{ source('bronze', 'world') }} as world on backlog.day = world.last_day
),

states as (
    select
        pqrs_type,
        region,
        count(*) as open_count
    from {{ ref('silver_tickets') }}
    where current_status not in ('CLOSED', 'ARCHIVED')
    group by all
)

select
    pqrs_type,
    region,
    stretches.backlog_count,
    states.open_count
from stretches
full outer join states using (pqrs_type, region)
where coalesce(stretches.backlog_count, 0) <> coalesce(states.open_count, 0)
