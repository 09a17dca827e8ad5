-- Only open cases can be overdue.
{{ config(tags=['gold']) }}

with backlog as (
    select
        day,
        pqrs_type,
        sum(backlog_count) as backlog_count
    from {{ ref('gold_kpi_backlog') }}
    group by all
)

select *
from backlog
inner join {{ ref('gold_kpi_sla') }} as sla using (day, pqrs_type)
where overdue_count > backlog_count
