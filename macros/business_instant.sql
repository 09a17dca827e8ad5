{#- The first instant at which a position of business time is reached: business_seconds() backwards.
    `business_days` is the row of dim_calendar whose index is business_day_of(position). -#}
{% macro business_instant(position, business_days) -%}
    make_timestamptz(
        epoch_us(cast({{ business_days }}.day as timestamp))
        + 18000000000
        + 1000000 * ({{ position }} - {{ business_days }}.business_seconds_before)
    )
{%- endmacro %}
