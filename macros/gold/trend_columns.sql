{#- Moving mean of seven days of a daily count, and its change against the day and the week before.
    Null while the days they need are not there. Needs a row for every day. -#}
{% macro trend_columns(measure, keys) -%}
    {%- set series = 'partition by ' ~ keys | join(', ') ~ ' order by day' -%}
    if(
        count(*) over ({{ series }} rows between 6 preceding and current row) = 7,
        {{ rounded_ratio('sum(' ~ measure ~ ') over (' ~ series ~ ' rows between 6 preceding and current row)', '7') }},
        null
    ) as {{ measure }}_avg_7d,
    {{ measure }} - lag({{ measure }}, 1) over ({{ series }}) as {{ measure }}_change_1d,
    {{ measure }} - lag({{ measure }}, 7) over ({{ series }}) as {{ measure }}_change_7d
{%- endmacro %}
