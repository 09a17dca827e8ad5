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

select
    backlog.day,
    backlog.pqrs_type,
    backlog.backlog_count,
    sla.overdue_count
from backlog
inner join {{ ref('gold_kpi_sla') }} as sla using (day, pqrs_type)
where sla.overdue_count > backlog.backlog_count
