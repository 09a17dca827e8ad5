{#- The committed rows of a source or model under its name, over explicit paths; without any, an empty
    view with the declared columns: a dataset may have no partition yet, as a monthly report before its
    first month's end. What gold reads is a table in a run: the bucket is read once, not once per model. -#}
{% macro create_committed_relation(node, name) -%}
    {%- set paths = committed_paths(node.schema, node.identifier or node.alias) -%}
    {%- set kind = 'table' if env_var('PQR_LAYER', '') == 'gold' else 'view' -%}
    {%- set query -%}
        {%- if paths -%}
            select *
            from read_parquet(
                ['{{ paths | join("', '") }}'], hive_partitioning = false, filename = {{ 'filename' in node.columns }}
            )
        {%- else -%}
            select
            {%- for column in node.columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
            {%- endfor %}
            where false
        {%- endif -%}
    {%- endset -%}
    {%- do run_query("create schema if not exists " ~ node.schema) -%}
    {%- do run_query("create or replace " ~ kind ~ " " ~ name ~ " as " ~ query) -%}
{%- endmacro %}
