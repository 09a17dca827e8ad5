{#- The view under which people read a serving table: the rows of the current publication, without
    the batch. In the sandbox: all rows, in a schema of its own. -#}
{% macro publish_table_as_view(relation) -%}
    {%- set meta = config.get('meta') -%}
    {%- set columns = model.columns.values() | map(attribute='name') | reject('equalto', 'batch_id') | list -%}
    {%- set sql -%}
        select
        {%- for column in columns %}
            rows_of_all_batches.{{ column }}{{ "," if not loop.last }}
        {%- endfor %}
        from {{ relation.include(database=false) }} as rows_of_all_batches
        {%- if is_pqr_run() %}
        where {{ is_current_batch(
            'rows_of_all_batches.batch_id', meta.dataset, as_array=(meta.view_schema == 'silver')
        ) }}
        {%- endif %}
    {%- endset -%}
    {%- set view = api.Relation.create(
        database=relation.database,
        schema=generate_schema_name(meta.view_schema, model),
        identifier=relation.identifier,
        type='view'
    ) -%}
    {%- do replace_view(view, sql) -%}
    {%- do describe_view(view, columns) -%}
    {%- do grant_view(view, columns, meta.get('private_columns', [])) -%}
{%- endmacro %}
