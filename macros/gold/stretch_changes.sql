{#- What stretches of days add to the totals of their first day and take from those of the day after
    their last: summed up day by day it gives the totals at the end of every day, with two rows a
    stretch in place of one a day. `measures` maps a column to what one stretch counts for. -#}
{% macro stretch_changes(stretches, first_day, keys, measures) -%}
    select
        day,
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        {%- for column in measures %}
        sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from (
        select
            {{ first_day }} as day,
            {%- for key in keys %}
            {{ key }},
            {%- endfor %}
            {%- for column, value in measures.items() %}
            cast({{ value }} as hugeint) as {{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ stretches }}
        union all
        select
            last_day + 1 as day,
            {%- for key in keys %}
            {{ key }},
            {%- endfor %}
            {%- for column, value in measures.items() %}
            -cast({{ value }} as hugeint) as {{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ stretches }}
    )
    group by all
{%- endmacro %}
