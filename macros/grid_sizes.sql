{#- Expected and found rows of daily models: `grids` maps a model to its rows a day, in columns of the
    CTE `sizes`, which also has days_count. -#}
{% macro grid_sizes(sizes, grids) -%}
    {%- for model_name, rows_a_day in grids.items() %}
    select
        '{{ model_name }}' as model,
        days_count * {{ rows_a_day }} as expected_count,
        (select count(*) from {{ ref(model_name) }}) as found_count
    from {{ sizes }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
