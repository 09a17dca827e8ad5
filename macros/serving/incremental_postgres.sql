{#- The tables of serving. Takes the place of dbt's own incremental materialization on PostgreSQL:
    that one has no place for the order below and writes every row twice more, to a temporary table.

    A new table gets its rows first, then keys, references and indexes: built in bulk they cost a
    fraction of what row by row costs. Later runs replace the rows of the batches they land and leave
    all others alone. Everything happens in one transaction; nobody reads a batch before a
    publication names it. The sandbox has one batch, and makes its tables anew. -#}
{% materialization incremental, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set known_relation = load_cached_relation(this) -%}
    {%- set is_identity = config.get('meta', {}).get('is_identity', false) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if known_relation is not none and not is_pqr_run() -%}
        {%- do adapter.drop_relation(known_relation) -%}
        {%- set known_relation = none -%}
    {%- endif -%}
    {#- A reader that keeps a transaction open must not hold the publication up for ever. -#}
    {%- call statement('begin') -%} set local lock_timeout = '30s' {%- endcall -%}
    {{ get_assert_columns_equivalent(sql) }}
    {%- if known_relation is none -%}
        {%- call statement('create') -%} {{ serving_table_ddl(target_relation) }} {%- endcall -%}
        {%- if is_identity -%}{%- do add_serving_keys(target_relation) -%}{%- endif -%}
    {%- else -%}
        {%- do add_new_columns(target_relation) -%}
    {%- endif -%}
    {%- if is_pqr_run() and not is_identity -%}
        {%- call statement('replace') -%}
            delete from {{ target_relation }} where batch_id in ({{ pending_batch_ids() }})
        {%- endcall -%}
    {%- endif -%}
    {%- call statement('main') -%} {{ serving_insert(target_relation, sql, is_identity) }} {%- endcall -%}
    {%- do add_serving_keys(target_relation) -%}
    {%- do add_serving_indexes(target_relation) -%}
    {%- if config.get('meta', {}).get('has_row_security', false) and known_relation is none -%}
        {#- Once: it locks readers out for a moment. -#}
        {%- do run_query("alter table " ~ target_relation ~ " enable row level security") -%}
    {%- endif -%}
    {%- if not is_pqr_run() -%}
        {#- A run of pqr vacuums and analyzes what it landed, which no transaction can. -#}
        {%- do run_query("analyze " ~ target_relation) -%}
    {%- endif -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if config.get('meta', {}).get('view_schema') -%}
        {%- do publish_table_as_view(target_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
