-- By type, by department, by municipality, by priority: the totals of a day are the same.
{{ config(tags=['gold']) }}

with forms as (
    {{ kpi_totals('gold_kpi_department') }}
    union all
    {{ kpi_totals('gold_kpi_municipality') }}
    union all
    {{ kpi_totals('gold_kpi_priority') }}
    union all
    select
        'gold_kpi_sla' as form,
        day,
        cast(null as hugeint) as tickets_count,
        cast(null as hugeint) as backlog_count,
        sum(closings_count) as closings_count,
        sum(within_sla_count) as within_sla_count,
        sum(overdue_count) as overdue_count,
        cast(null as hugeint) as responses_count
    from {{ ref('gold_kpi_sla') }}
    group by all
    union all
    select
        'gold_kpi_volume' as form,
        day,
        sum(tickets_count) as tickets_count,
        null as backlog_count,
        null as closings_count,
        null as within_sla_count,
        null as overdue_count,
        null as responses_count
    from {{ ref('gold_kpi_volume') }}
    group by all
    union all
    select
        'gold_kpi_backlog' as form,
        day,
        null as tickets_count,
        sum(backlog_count) as backlog_count,
        null as closings_count,
        null as within_sla_count,
        null as overdue_count,
        null as responses_count
    from {{ ref('gold_kpi_backlog') }}
    group by all
    union all
    select
        'gold_kpi_first_response' as form,
        day,
        null as tickets_count,
        null as backlog_count,
        null as closings_count,
        null as within_sla_count,
        null as overdue_count,
        sum(responses_count) as responses_count
    from {{ ref('gold_kpi_first_response') }}
    group by all
)

select
    day,
    list(form) as forms
from forms
group by day
having
    count(distinct tickets_count) > 1
    or count(distinct backlog_count) > 1
    or count(distinct closings_count) > 1
    or count(distinct within_sla_count) > 1
    or count(distinct overdue_count) > 1
    or count(distinct responses_count) > 1
