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
        {#- Most are known already: one join is cheaper than a conflict for each. #}
        insert into {{ table }}
        select distinct cast({{ identity.column }} as {{ identity.type }}) from {{ landing }}.{{ identity.dataset }} as landed
        where not exists (
            select from {{ table }} as known
            where known.{{ identity.column }} = cast(landed.{{ identity.column }} as {{ identity.type }})
        )
        on conflict do nothing;
    {%- endfor %}
    commit;
{%- endmacro %}

{#- The tables of serving that hold a value once for all batches, and the columns that refer to them
    wherever they occur. A dataset itself cannot be referred to: its rows are those of a batch. -#}
{% macro identities() -%}
    {{ return([
        {'table': 'channel_ids', 'column': 'channel_id', 'type': 'text', 'dataset': 'dim_channel', 'columns': ['channel_id', 'source_channel', 'channel']},
        {'table': 'geo_ids', 'column': 'geo_id', 'type': 'text', 'dataset': 'dim_geo', 'columns': ['geo_id']},
        {'table': 'pqrs_type_ids', 'column': 'type_id', 'type': 'text', 'dataset': 'dim_pqrs_type', 'columns': ['type_id', 'pqrs_type']},
        {'table': 'priority_ids', 'column': 'priority_id', 'type': 'text', 'dataset': 'dim_priority', 'columns': ['priority_id', 'priority']},
        {'table': 'role_ids', 'column': 'role_id', 'type': 'text', 'dataset': 'dim_role', 'columns': ['role_id']},
        {'table': 'status_ids', 'column': 'status_id', 'type': 'text', 'dataset': 'dim_status', 'columns': ['status_id', 'status', 'status_from', 'status_to', 'current_status']},
        {'table': 'ticket_ids', 'column': 'ticket_id', 'type': 'uuid', 'dataset': 'tickets', 'columns': ['ticket_id']},
    ]) }}
{%- endmacro %}
