{#- What clocks in Colombia show at an instant, as a timestamp without zone: UTC-5 all year, whatever the
    session's time zone. 18000000000 microseconds are five hours. -#}
{% macro local_time(instant) -%}
    make_timestamp(epoch_us({{ instant }}) - 18000000000)
{%- endmacro %}

{#- The Colombian calendar day of an instant. -#}
{% macro local_day(instant) -%}
    cast({{ local_time(instant) }} as date)
{%- endmacro %}
