{#- Fails with the days on which the totals of a model made by kpis_by() are not those of the KPIs by
    type, channel and region. -#}
{% test five_kpis_are_those_of_the_whole(model) %}
with volume as (
    select day, sum(tickets_count) as tickets_count from {{ ref('gold_kpi_volume') }} group by all
),

backlog as (
    select day, sum(backlog_count) as backlog_count from {{ ref('gold_kpi_backlog') }} group by all
),

sla as (
    select
        day,
        sum(closings_count) as closings_count,
        sum(within_sla_count) as within_sla_count,
        sum(overdue_count) as overdue_count
    from {{ ref('gold_kpi_sla') }}
    group by all
),

answers as (
    select day, sum(responses_count) as responses_count
    from {{ ref('gold_kpi_first_response') }}
    group by all
),

whole as (
    select * from volume
    inner join backlog using (day)
    inner join sla using (day)
    inner join answers using (day)
),

parts as (
    select
        day,
        {%- for count in ['tickets', 'backlog', 'closings', 'within_sla', 'overdue', 'responses'] %}
        sum({{ count }}_count) as {{ count }}_count{{ "," if not loop.last }}
        {%- endfor %}
    from {{ model }}
    group by all
)

(select * from whole except select * from parts)
union all
(select * from parts except select * from whole)
{% endtest %}
