{#- The view under which people read a serving table: the rows of the current publication, without
    the batch and without hidden columns. In the sandbox: all rows, in a schema of its own. -#}
{% macro publish_view_of(table, dataset, columns) -%}
    {%- set serving = dataset.config.meta.serving -%}
    {%- set hidden = ['batch_id'] + serving.get('hidden_columns', []) -%}
    {%- set shown = columns | rejectattr('name', 'in', hidden) | list -%}
    {%- set sql -%}
        select
        {%- for column in shown %}
            rows_of_all_batches.{{ column.quoted }}{{ "," if not loop.last }}
        {%- endfor %}
        from {{ table.include(database=false) }} as rows_of_all_batches
        {%- if is_pqr_run() %}
        where {{ is_current_batch(
            'rows_of_all_batches.batch_id', dataset.alias, as_array=(serving.schema == 'silver')
        ) }}
        {%- endif %}
    {%- endset -%}
    {%- set view = api.Relation.create(
        database=table.database,
        schema=generate_schema_name(serving.schema, model),
        identifier=table.identifier,
        type='view'
    ) -%}
    {%- do replace_view(view, sql, shown, serving.get('private_columns', [])) -%}
    {%- do describe_relation(view, dataset.description, shown) -%}
{%- endmacro %}
