{#- After a build of the lake in the sandbox: what it built and people see lands in PostgreSQL as one
    batch, 0, for `dbt build --target serving`. A run of pqr lands the committed objects itself. -#}
{% macro land_sandbox(results) -%}
    {%- if execute and target.type == 'duckdb' and not is_pqr_run() and flags.WHICH in ('build', 'run')
        and not flags.EMPTY -%}
        {%- set built = results | selectattr('status', 'in', ['success']) | map(attribute='node.unique_id') | list -%}
        {%- if results | selectattr('status', 'in', ['error', 'fail', 'skipped']) | list -%}
            {%- do log("Nothing lands in PostgreSQL: something above failed.", info=true) -%}
            {%- set built = [] -%}
        {%- endif -%}
        {%- for node in graph.nodes.values() if node.config.materialized == 'served_table' and node.depends_on.nodes[0] in built -%}
            {%- set dataset = graph.nodes[node.depends_on.nodes[0]] -%}
            {%- set schema = 'control_plane.' ~ generate_schema_name('landing', node) -%}
            {%- set landed = schema ~ '.' ~ dataset.alias -%}
            {%- set partition = dataset.config.meta.get('partition') -%}
            {%- do run_query("create schema if not exists " ~ schema) -%}
            {%- do run_query("drop table if exists " ~ landed) -%}
            {%- do run_query(
                "create table " ~ landed ~ " as select cast(0 as integer) as batch_id, * from " ~ dataset.relation_name
                ~ (" where " ~ partition ~ " = (select max(" ~ partition ~ ") from " ~ dataset.relation_name ~ ")"
                    if dataset.config.meta.serving.get('partitions') == 'last' else "")
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
