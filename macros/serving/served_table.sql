{#- A table of serving with all that its dataset declares: columns, keys, references, checks, indexes,
    comments, row security, and the view and grants through which people read it.

    A new table gets its rows first, then keys, references and indexes: built in bulk they cost a
    fraction of what row by row costs. Later runs replace the rows of the batches they land and leave
    all others alone. A column whose declared type changed gets it, with the rows of earlier
    publications (alter_types); what that would cost them was asked before (check_type_changes).
    Everything happens in one transaction; nobody reads a batch before a publication names it. The
    sandbox has one batch, and makes its tables again.

    On the lake target it does nothing: a selection such as gold_kpi_volume+ reaches it, and PostgreSQL
    builds it with `dbt build --target serving`. -#}
{% materialization served_table, default %}
    {%- if target.type == 'duckdb' -%}
        {{ log(model.name ~ ": nothing to do here, `dbt build --target serving` builds it", info=True) }}
        {%- call statement('main') -%} select 1 {%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set table = this.incorporate(type='table') -%}
    {%- set known = load_cached_relation(this) -%}
    {%- set dataset = graph.nodes[model.depends_on.nodes[0]] -%}
    {%- set serving = dataset.config.meta.serving -%}
    {%- set columns = served_columns(model) -%}
    {%- set names = columns | map(attribute='quoted') | join(', ') -%}
    {#- Landing may hold rows of an older run, whose batches are not pending any more. -#}
    {%- set is_pending = "batch_id in (select batch_id from meta.batches where landed_at is null)" if is_pqr_run() else "true" -%}
    {#- pqr knows when the table is as it is declared, and only rows are new. -#}
    {%- set takes_rows_alone = env_var('PQR_ROWS_ALONE', '') == 'true' -%}
    {%- set proven = [] -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if known is not none and not is_pqr_run() -%}
        {%- do adapter.drop_relation(known) -%}
        {%- set known = none -%}
    {%- endif -%}
    {#- A reader that keeps a transaction open must not hold the publication up for ever. -#}
    {%- call statement('begin') -%} set local lock_timeout = '30s' {%- endcall -%}
    {%- if known is none -%}
        {%- call statement('create') -%}
            create table {{ table }} (
            {%- for column in columns %}
                {{ column.quoted }} {{ column.type }}{{ " not null" if column.is_required }}{{ "," if not loop.last }}
            {%- endfor %}
            )
        {%- endcall -%}
    {%- else -%}
        {#- A column that was declared later may be null: batches that landed before stay as they are. -#}
        {%- set present = adapter.get_columns_in_relation(known) | map(attribute='name') | list -%}
        {%- for column in columns if column.name not in present -%}
            {%- do run_query("alter table " ~ table ~ " add column " ~ column.quoted ~ " " ~ column.type) -%}
        {%- endfor -%}
        {#- One that is not declared any more stays for the batches that have it. -#}
        {%- set declared = columns | map(attribute='name') | list -%}
        {%- for name in present if name not in declared -%}
            {%- do run_query("alter table " ~ table ~ " alter column " ~ adapter.quote(name) ~ " drop not null") -%}
        {%- endfor -%}
        {%- call statement('replace') -%} delete from {{ table }} where {{ is_pending }} {%- endcall -%}
        {#- A table that only takes rows is as declared, its types too. -#}
        {%- set changes = [] if takes_rows_alone else type_changes(table, columns) -%}
        {%- if changes -%}
            {%- do proven.extend(alter_types(table, dataset, changes)) -%}
        {%- endif -%}
    {%- endif -%}
    {%- call statement('main') -%}
        insert into {{ table }} ({{ names }})
        select {{ names }} from ({{ sql }}) as landed where {{ is_pending }}
    {%- endcall -%}
    {%- if known is none or not takes_rows_alone -%}
        {%- if known is none -%}
            {#- No reader knows a new table: it waits for other models alone, which hold the identities
                that both refer to until their rows are indexed. -#}
            {%- call statement('patience') -%} set local lock_timeout = '15min' {%- endcall -%}
        {%- endif -%}
        {%- do add_serving_keys(table, columns, dataset, is_new=(known is none), proven=proven) -%}
        {%- call statement('impatience') -%} set local lock_timeout = '30s' {%- endcall -%}
        {%- if serving.get('has_row_security') and known is none -%}
            {#- Once: it locks readers out for a moment. -#}
            {%- do run_query("alter table " ~ table ~ " enable row level security") -%}
        {%- endif -%}
        {%- if not is_pqr_run() -%}
            {#- A run of pqr vacuums and analyzes what it landed, which no transaction can. -#}
            {%- do run_query("analyze " ~ table) -%}
        {%- endif -%}
        {%- do describe_relation(table, dataset.description, columns) -%}
        {%- do record_relation(table) -%}
        {%- do publish_view_of(table, dataset, columns) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}

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
