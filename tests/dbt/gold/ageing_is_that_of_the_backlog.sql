-- Every open case is in exactly one age band.
{{ config(tags=['gold']) }}

with ageing as (
    select
        day,
        pqrs_type,
        sum(open_count) as aged_count
    from {{ ref('gold_kpi_ageing') }}
    group by all
),

backlog as (
    select
        day,
        pqrs_type,
        sum(backlog_count) as backlog_count
    from {{ ref('gold_kpi_backlog') }}
    group by all
)

select *
from ageing
inner join backlog using (day, pqrs_type)
where aged_count <> backlog_count
