{#- Before the serving tables are built: their references need every identity that has landed. -#}
{% macro write_identities() -%}
    {%- if not execute or target.type != 'postgres' or flags.WHICH not in ('build', 'run') -%}{{ return('') }}{%- endif -%}
    {%- set some_node = graph.nodes.values() | selectattr('config.materialized', 'eq', 'served_table') | first -%}
    {%- set landing = generate_schema_name('landing', some_node) -%}
    {%- if run_query("select to_regclass('" ~ landing ~ ".tickets')").rows[0][0] is none -%}
        {{ exceptions.raise_compiler_error("Nothing has landed in " ~ landing ~ ": run `dbt build` first, then `dbt build --target serving`.") }}
    {%- endif -%}
    {%- for identity in identities() -%}
        {%- set table = some_node.schema ~ '.' ~ identity.table %}
        create table if not exists {{ table }} ({{ identity.column }} {{ identity.type }} primary key);
        comment on table {{ table }} is 'One row per {{ identity.column }} of {{ identity.dataset }}, of all batches. Only ever added to.';
        comment on column {{ table }}.{{ identity.column }} is 'A value that served rows refer to.';
        insert into {{ table }}
        select distinct cast({{ identity.column }} as {{ identity.type }}) from {{ landing }}.{{ identity.dataset }}
        on conflict do nothing;
    {%- endfor %}
    commit;
{%- endmacro %}
