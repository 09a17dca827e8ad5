{#- Runs before every lake invocation: says what is read, and gives DuckDB the relations that the
    selected nodes read and this invocation does not build. Silver reads bronze, gold reads silver;
    in the sandbox any selection may come. -#}
{% macro prepare_lake() -%}
    {%- if execute and target.type == 'duckdb' and flags.WHICH in ('build', 'run', 'test') -%}
        {%- do create_world(world_to_read()) -%}
        {%- do create_inputs() -%}
    {%- endif -%}
{%- endmacro %}
