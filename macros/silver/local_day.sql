{#- The Colombian calendar day of an instant. -#}
{% macro local_day(instant) -%}
    cast({{ local_time(instant) }} as date)
{%- endmacro %}
