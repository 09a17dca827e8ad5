{#- The first day of each stretch at whose end its case is open and out of its term (first_overdue_day),
    and the first at whose end it is within three business days of that, or beyond (first_pressing_day).

    `stretches` is a CTE with first_day, last_day, is_open, is_clock_running, elapsed_seconds,
    sla_seconds and clock_zero_seconds; `business_days` one with the rows of dim_calendar. -#}
{% macro days_beyond(stretches, business_days) -%}
    select
        {{ stretches }}.*,
        {%- for name, calendar, margin in [('overdue', 'over', 0), ('pressing', 'close', 3)] %}
        case
            when not {{ stretches }}.is_open then null
            when
                greatest(
                    if({{ stretches }}.is_clock_running, {{ calendar }}.day, null),
                    {{ stretches }}.first_day
                ) > {{ stretches }}.last_day
                then null
            when {{ stretches }}.is_clock_running
                then greatest({{ calendar }}.day, {{ stretches }}.first_day)
            when
                {{ stretches }}.elapsed_seconds + {{ margin }} * 86400 > {{ stretches }}.sla_seconds
                then {{ stretches }}.first_day
        end as first_{{ name }}_day{{ "," if not loop.last }}
        {%- endfor %}
    from {{ stretches }}
    left join {{ business_days }} as over
        on
            ({{ stretches }}.clock_zero_seconds + {{ stretches }}.sla_seconds) // 86400 + 1
            = over.business_day_index
    left join {{ business_days }} as close
        on
            ({{ stretches }}.clock_zero_seconds + {{ stretches }}.sla_seconds) // 86400 - 2
            = close.business_day_index
{%- endmacro %}
