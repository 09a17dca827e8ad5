{#- One view over the explicit keys of a dataset; without any object, an empty one with the declared
    columns: a dataset may have no partition yet, as a monthly report before its first month's end. -#}
{% macro create_committed_view(world_id, layer, node) -%}
    {%- set dataset = node.alias if node.resource_type == 'model' else node.identifier -%}
    {%- set paths = committed_keys(world_id, layer, dataset) -%}
    {%- do run_query("create schema if not exists " ~ layer) -%}
    {%- set body -%}
        {%- if paths -%}
            select * from read_parquet(['{{ paths | join("', '") }}'], hive_partitioning = false)
        {%- else -%}
            select
            {%- for column in node.columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
            {%- endfor %}
            where false
        {%- endif -%}
    {%- endset -%}
    {%- do run_query("create or replace view " ~ layer ~ "." ~ dataset ~ " as " ~ body) -%}
{%- endmacro %}
