{#- The totals of a day of a model made by kpis_by(), for comparing the forms of a KPI. -#}
{% macro kpi_totals(model_name) -%}
    select
        '{{ model_name }}' as form,
        day,
        sum(tickets_count) as tickets_count,
        sum(backlog_count) as backlog_count,
        sum(closings_count) as closings_count,
        sum(within_sla_count) as within_sla_count,
        sum(overdue_count) as overdue_count,
        sum(responses_count) as responses_count
    from {{ ref(model_name) }}
    group by all
{%- endmacro %}
