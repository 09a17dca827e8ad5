{#- What an overdue stretch adds to the totals of its days, for stretch_changes(): with a running
    clock its excess at the end of a day is the day's end minus its due position; with the clock
    paused it stays what it was. -#}
{% macro overdue_measures() -%}
    {{ return({
        'overdue_count': '1',
        'running_count': 'if(is_clock_running, 1, 0)',
        'running_due_seconds': 'if(is_clock_running, clock_zero_seconds + sla_seconds, 0)',
        'paused_excess_seconds': 'if(is_clock_running, 0, elapsed_seconds - sla_seconds)',
    }) }}
{%- endmacro %}
