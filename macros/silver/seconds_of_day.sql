{#- Whole seconds from 00:00 of the Colombian day to an instant. -#}
{% macro seconds_of_day(instant) -%}
    (epoch_us({{ instant }}) // 1000000 - 18000) % 86400
{%- endmacro %}
