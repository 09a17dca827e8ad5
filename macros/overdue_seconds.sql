{#- Business seconds by which the overdue cases exceed their terms at the end of a day, in all: from
    the running totals of overdue_measures() and the day's end_seconds. -#}
{% macro overdue_seconds() -%}
    running_count * cast(end_seconds as hugeint) - running_due_seconds + paused_excess_seconds
{%- endmacro %}
