{#- What identity_of() needs to know, once per invocation: the tables of the sandbox's file and what is
    recorded of them, what the committed lake holds, and the project's macros by their name. -#}
{% macro sandbox_state() -%}
    {#- Without a schema: one of the name of the file would be ambiguous. -#}
    {%- do run_query(
        "create table if not exists sandbox_tables (name varchar, identity varchar, built_at timestamptz)"
    ) -%}
    {%- set tables = run_query(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
    ).columns[0].values() | list -%}
    {%- set state = {'tables': tables, 'built': {}, 'committed': {}, 'macros': {}, 'known': {}, 'stale': [], 'world': ''} -%}
    {#- Without an end it was interrupted, or built with --empty: such a table counts for nothing. -#}
    {%- for row in run_query("select name, identity, strftime(built_at, '%Y-%m-%d %H:%M UTC') from sandbox_tables").rows -%}
        {%- do state.built.update({row[0]: {'identity': row[1] if row[2] else none, 'built_at': row[2]}}) -%}
    {%- endfor -%}
    {%- for row in (run_query("select cast(columns(*) as varchar) from bronze.world").rows if 'bronze.world' in tables else []) -%}
        {%- do state.update({'world': row.values() | join(' ')}) -%}
        {%- set query -%}
            select layer || '.' || dataset as name, md5(string_agg(key, ',' order by key)) as keys
            from meta.committed_objects
            where world_id = '{{ row.world_id }}' and layer <> 'enrichment'
            group by layer, dataset
            union all
            select 'enrichment.' || dataset as name, md5(string_agg(key, ',' order by key)) as keys
            from meta.current_enrichment
            where world_id = '{{ row.world_id }}'
            group by dataset
        {%- endset -%}
        {%- for found in run_query("select * from " ~ control_plane(query)).rows -%}
            {%- do state.committed.update({found[0]: found[1]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set root = graph.nodes.values() | selectattr('resource_type', 'eq', 'seed') | map(attribute='root_path') | first or '.' -%}
    {%- for row in run_query("select content from read_text('" ~ root | replace("'", "''") ~ "/macros/**/*.sql')").rows -%}
        {%- for name in modules.re.findall("[{]% macro ([a-z_]+)", row[0]) -%}
            {%- do state.macros.update({name: row[0]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(state) }}
{%- endmacro %}
