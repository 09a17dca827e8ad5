{#- The Colombian calendar day of an instant: UTC-5 all year, whatever the session's time zone. -#}
{% macro local_day(instant) -%}
    cast(make_timestamp(epoch_us({{ instant }}) - 18000000000) as date)
{%- endmacro %}
