{#- A table in DuckDB, and its touched partitions as Parquet: one named file each, in the order of a
    unique key, so that the bytes are the same at any thread count.

    meta of the model:
      partition  the column whose values are the partitions (month or day)
      grain      columns that identify a row
      order      columns that order the rows of a file, when they are not those of the grain
      touched    which partitions this run writes: see touched_partitions()

    The table holds what this run computed; a file may hold rows of other cases beside them, as they
    are committed: see carries_over(). -#}
{% materialization lake, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {%- call statement('main') -%}
        {{ create_table_as(False, target_relation, sql) }}
    {%- endcall -%}
    {%- do write_partitions(target_relation) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
