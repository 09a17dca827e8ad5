{#- Fails with the rows that a day lacks, or has too much, of the declared grid (meta.grid): zero counts
    are rows, since a missing row reads as "no data" and breaks moving means. The grid of a day is the
    product of its dimensions: `column: seed.column_of_the_seed` or `column: [values]`. Columns of one
    seed come together: the pairs of states that it has, not every state with every other. A grid that
    grows (meta.grid_grows) has further members on some days: offices, some channels. -#}
{% test every_day_has_its_grid(model) %}
{%- set grid = declaration_of(model).grid or {} -%}
{%- set dimensions = {} -%}
{%- for column, members in grid.items() -%}
    {%- if members is string -%}
        {%- set seed, seed_column = members.split('.') -%}
        {%- do dimensions.setdefault('silver.' ~ seed, []).append(seed_column ~ ' as ' ~ column) -%}
    {%- else -%}
        {%- do dimensions.setdefault('(select 1)', []).append('unnest(' ~ members ~ ') as ' ~ column) -%}
    {%- endif -%}
{%- endfor %}
with found as (
    select day, {{ grid | join(', ') }} from {{ model }}
),

expected as (
    select day, {{ grid | join(', ') }}
    from (select distinct day from {{ model }}) as days
    {%- for relation, columns in dimensions.items() %}
    cross join (select distinct {{ columns | join(', ') }} from {{ relation }})
    {%- endfor %}
)

(select 'missing' as problem, * from expected except select 'missing', * from found)
{%- if not declaration_of(model).grid_grows %}
union all
(select 'not in the grid' as problem, * from found except select 'not in the grid', * from expected)
{%- endif %}
{% endtest %}
