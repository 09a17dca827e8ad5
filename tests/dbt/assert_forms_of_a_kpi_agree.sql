-- By type, by department, by municipality, by priority and by age: the day's totals are the same.
{{ config(tags=['gold']) }}

with forms as (
    {% for model in ['gold_kpi_department', 'gold_kpi_municipality', 'gold_kpi_priority'] %}
    select
        '{{ model }}' as form,
        day,
        sum(tickets_count) as tickets_count,
        sum(backlog_count) as backlog_count,
        sum(closings_count) as closings_count,
        sum(within_sla_count) as within_sla_count,
        sum(overdue_count) as overdue_count,
        sum(responses_count) as responses_count
    from {{ ref(model) }}
    group by all
    union all
    {% endfor %}
    select
        'by pqrs_type' as form,
        sla.day,
        (select sum(volume.tickets_count) from {{ ref('gold_kpi_volume') }} as volume where volume.day = sla.day),
        (select sum(backlog.backlog_count) from {{ ref('gold_kpi_backlog') }} as backlog where backlog.day = sla.day),
        sum(sla.closed_count),
        sum(sla.within_sla_count),
        sum(sla.overdue_count),
        (
            select sum(response.responses_count)
            from {{ ref('gold_kpi_first_response') }} as response
            where response.day = sla.day
        )
    from {{ ref('gold_kpi_sla') }} as sla
    group by all
)

select
    day,
    list(form || ': ' || tickets_count || ' ' || backlog_count || ' ' || closings_count) as found
from forms
group by day
having
    count(distinct tickets_count) > 1
    or count(distinct backlog_count) > 1
    or count(distinct closings_count) > 1
    or count(distinct within_sla_count) > 1
    or count(distinct overdue_count) > 1
    or count(distinct responses_count) > 1
