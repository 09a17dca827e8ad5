{#- Runs before every lake invocation: gives DuckDB the world's facts and the committed layers
    that this invocation reads. Silver reads bronze; gold reads silver.
    The sandbox builds silver and gold itself, so it reads bronze. -#}
{% macro prepare_lake() -%}
    {%- if execute and target.type == 'duckdb' and flags.WHICH in ('build', 'run', 'test') -%}
        {%- set layer = env_var('PQR_LAYER', '') or 'silver' -%}
        {%- set world_id = committed_world() -%}
        {%- do create_world_table(world_id) -%}
        {%- if layer == 'silver' -%}
            {%- do create_bronze_views(world_id) -%}
        {%- else -%}
            {%- do create_committed_relations(world_id, 'silver', 'gold' if layer == 'gold' else '') -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
