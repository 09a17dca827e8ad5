{#- A relation over explicit paths, under the name of a model or source; without any, an empty one with
    the declared columns: a dataset may have no partition yet, as a monthly report before its first
    month's end. `kind` is view or table; `condition` follows the relation `objects`. -#}
{% macro create_relation_over(layer, node, paths, kind='view', condition='') -%}
    {%- set dataset = node.alias if node.resource_type == 'model' else node.identifier -%}
    {%- do run_query("create schema if not exists " ~ layer) -%}
    {%- set body -%}
        {%- if paths -%}
            select objects.*
            from read_parquet(['{{ paths | join("', '") }}'], hive_partitioning = false) as objects
            {{ condition }}
        {%- else -%}
            select
            {%- for column in node.columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
            {%- endfor %}
            where false
        {%- endif -%}
    {%- endset -%}
    {%- do run_query("create or replace " ~ kind ~ " " ~ layer ~ "." ~ dataset ~ " as " ~ body) -%}
{%- endmacro %}
