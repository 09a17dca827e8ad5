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
        {%- for text, name in modules.re.findall("(?s)([{]% macro ([a-z_]+).*?endmacro)", row[0]) -%}
            {%- do state.macros.update({name: text}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(state) }}
{%- endmacro %}

{#- What the rows of a seed, model or source of the sandbox follow from, as one hash: the bytes of a
    seed; the committed objects of a source, and of a model that is read from the lake; the code of any
    other model with the identities of what it reads. A table counts while its record is this hash.

    `state` is sandbox_state(): what is found is kept in it, and in `state.stale` the models whose
    table no longer counts. -#}
{% macro identity_of(id, state) -%}
    {%- if id in state.known -%}{{ return(state.known[id]) }}{%- endif -%}
    {%- set node = graph.sources[id] if id.startswith('source.') else graph.nodes[id] -%}
    {%- set name = node.schema ~ '.' ~ (node.identifier or node.alias) -%}
    {%- set record = state.built.get(name, {}) -%}
    {%- set is_committed = node.resource_type == 'source' or (node.config.get('meta') or {}).get('partition') -%}
    {%- set committed = 'committed ' ~ state.world ~ ' ' ~ state.committed.get(name, '') -%}
    {%- if node.resource_type == 'seed' -%}
        {%- set identity = node.checksum.checksum -%}
    {%- elif node.resource_type == 'source' or (is_committed and id not in selected_resources and name not in state.tables) -%}
        {%- set identity = committed -%}
    {%- else -%}
        {%- set parts = [node.checksum.checksum, node.config.materialized] -%}
        {%- for column in node.columns.values() -%}
            {%- do parts.append(column.name ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- set called = node.depends_on.macros | map('replace', 'macro.pqr_lakehouse.', '') | select('in', state.macros) | list -%}
        {%- for macro_name in called -%}
            {%- do parts.append(state.macros[macro_name]) -%}
            {%- for other in modules.re.findall('[a-z_]+', state.macros[macro_name]) if other in state.macros and other not in called -%}
                {%- do called.append(other) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for variable in modules.re.findall("[^a-z_]var[(]'([a-z_]+)'", node.raw_code ~ parts | join) -%}
            {%- do parts.append(variable ~ ' ' ~ var(variable, '')) -%}
        {%- endfor -%}
        {%- for parent in node.depends_on.nodes -%}
            {%- do parts.append(parent ~ ' ' ~ identity_of(parent, state)) -%}
        {%- endfor -%}
        {%- set identity = local_md5(parts | join('\n')) -%}
    {%- endif -%}
    {%- if name in state.tables and node.resource_type != 'source' and id not in selected_resources
        and record.get('identity') != identity -%}
        {%- do state.stale.append(name) -%}
        {%- if is_committed -%}{%- set identity = committed -%}{%- endif -%}
    {%- endif -%}
    {%- do state.known.update({id: identity}) -%}
    {{ return(identity) }}
{%- endmacro %}

{#- The seeds and models that the selection reads and does not build. It looks through models that nobody
    commits, as create_inputs() does, which makes them from what they read. Of seeds all: a test may read
    one that no ref() names. -#}
{% macro inputs_of_selection() -%}
    {%- set waiting, found = [], [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.unique_id in selected_resources and 'serving' not in node.tags -%}
            {%- do waiting.append(node) -%}
            {%- if node.resource_type == 'model' -%}{%- do waiting.append(graph.nodes['model.pqr_lakehouse.' ~ node.schema ~ '_touched']) -%}{%- endif -%}
        {%- elif node.resource_type == 'seed' -%}
            {%- do found.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in waiting -%}
        {%- for id in [node.unique_id] + node.depends_on.get('nodes', []) if id.startswith('model.') and id not in selected_resources and id not in found -%}
            {%- do found.append(id) -%}
            {%- if not graph.nodes[id].config.meta.partition -%}{%- do waiting.append(graph.nodes[id]) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- True where plain dbt builds or tests tables of its DuckDB file: where prepare_lake() gives it inputs. -#}
{% macro is_sandbox_build() -%}
    {{ return(execute and target.type == 'duckdb' and not is_pqr_run() and flags.WHICH in ('build', 'run', 'test')) }}
{%- endmacro %}
