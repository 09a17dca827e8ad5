{#- Position of an instant in business time: whole business seconds from 2024-01-01 00:00 in Colombia.
    `calendar` is the row of dim_calendar of the instant's day. -#}
{% macro business_seconds(instant, calendar) -%}
    {{ calendar }}.business_seconds_before
    + if({{ calendar }}.is_business_day, (epoch_us({{ instant }}) // 1000000 - 18000) % 86400, 0)
{%- endmacro %}
