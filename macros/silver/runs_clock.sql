{#- Whether the SLA clock runs in a state: by its sla_behavior, unless the policy's term ends there. -#}
{% macro runs_clock(status, terms) -%}
    coalesce(
        {{ status }}.sla_behavior in ('START', 'RUN')
        and {{ status }}.status_id != {{ terms }}.stops_at,
        false
    )
{%- endmacro %}
