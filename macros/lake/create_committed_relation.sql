{#- The committed rows of a source or model under its name, over explicit paths; without any, an empty
    view with the declared columns: a dataset may have no partition yet, as a monthly report before its
    first month's end.

    `partitions` and `rows` are conditions on what is read; see committed_paths(). -#}
{% macro create_committed_relation(node, kind='view', partitions='true', rows='true') -%}
    {%- set paths = committed_paths(node.schema, node.identifier or node.alias, partitions) -%}
    {%- set query -%}
        {%- if paths -%}
            select *
            {#- Raw fields may be added: objects of before have fewer. #}
            {%- for column in node.columns.values() if column.data_type.startswith('struct') %} replace (
                cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}
            ){% endfor %}
            from read_parquet(
                ['{{ paths | join("', '") }}'], hive_partitioning = false, filename = {{ 'filename' in node.columns }},
                union_by_name = {{ node.resource_type == 'source' }}
            )
            where {{ rows }}{% if node.resource_type == 'source' %} and {{ in_bucket('ticket_id') }}{% endif %}
        {%- else -%}
            select
            {%- for column in node.columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
            {%- endfor %}
            where false
        {%- endif -%}
    {%- endset -%}
    {%- set name = node.schema ~ '.' ~ (node.identifier or node.alias) -%}
    {%- do run_query("create schema if not exists " ~ node.schema) -%}
    {%- do run_query("create or replace " ~ kind ~ " " ~ name ~ " as " ~ query) -%}
{%- endmacro %}
