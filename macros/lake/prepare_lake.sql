{#- Runs before every lake invocation: says what is read, and gives DuckDB the relations that the
    selected nodes read and this invocation does not build. Silver reads bronze, gold reads silver;
    in the sandbox any selection may come.

    Gold of a run reads tables: once, not once per model. Of the cases they hold those that the days it
    computes can show (open, or with an event or the end of their term in these days), and all their
    changes. What happened to all others before stands in the gold of earlier runs. -#}
{% macro prepare_lake() -%}
    {%- if execute and target.type == 'duckdb' and flags.WHICH in ('build', 'run', 'test') -%}
        {%- do create_world() -%}
        {%- if env_var('PQR_LAYER', '') == 'gold' -%}
            {%- set tickets = graph.nodes['model.pqr_lakehouse.silver_tickets'] -%}
            {%- set is_shown -%}
                current_status not in ('CLOSED', 'ARCHIVED')
                or greatest({{ local_day('last_event_at') }}, sla_due_day) >= (select gold_first_day from bronze.world)
            {%- endset -%}
            {#- The oldest of them decides which objects are read. Its changes begin when it is created, unless
                some came before and were refused. -#}
            {%- do create_committed_relation(tickets) -%}
            {%- set oldest = run_query(
                "select min(created_day), if(bool_or(invalid_transitions_count > 0), null, min(created_day))"
                " from silver.tickets where " ~ is_shown
            ).rows[0] -%}
            {%- do run_query("drop view silver.tickets") -%}
            {%- do create_committed_relation(
                tickets,
                kind='table',
                partitions="partition >= 'month=" ~ (oldest[0] | string)[:7] ~ "'" if oldest[0] else "true",
                rows=is_shown
            ) -%}
            {%- do create_committed_relation(
                graph.nodes['model.pqr_lakehouse.silver_status_events'],
                kind='table',
                partitions="partition >= 'day=" ~ oldest[1] ~ "'" if oldest[1] else "true",
                rows="ticket_id in (select ticket_id from silver.tickets)"
            ) -%}
            {#- Drift looks back on a week, as moving means do. -#}
            {%- do create_committed_relation(
                graph.nodes['model.pqr_lakehouse.silver_preclassification'],
                kind='table',
                partitions="partition >= 'day=" ~ run_query("select gold_first_day from bronze.world").columns[0].values()[0] ~ "'"
            ) -%}
        {%- endif -%}
        {%- do create_inputs() -%}
    {%- endif -%}
{%- endmacro %}

{#- What the selected nodes read, directly or through others, and this invocation does not build: from
    the committed lake, from the seed's file, or, for an intermediate model that nobody commits, from
    its own query. What the sandbox has built before stays. Called without arguments it begins with
    the selection; it calls itself for the inputs of an intermediate model. -#}
{% macro create_inputs(nodes=none, done=none) -%}
    {%- set done = [] if done is none else done -%}
    {#- A view may be of objects that no longer count, and is made again. Not adapter.get_relation, which
        opens a transaction that nobody commits. -#}
    {%- set built = run_query(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database()"
    ).columns[0].values() -%}
    {%- set selected = graph.nodes.values() | selectattr('unique_id', 'in', selected_resources) | list -%}
    {%- for node in (selected if nodes is none else nodes) if 'serving' not in node.tags -%}
        {#- What no ref() says: the export asks which partitions to write, a grid's test reads its seeds. -#}
        {%- set meta = graph.nodes.get(node.get('attached_node'), node).config.get('meta', {}) -%}
        {%- set also_read = ['model.pqr_lakehouse.' ~ node.schema ~ '_touched'] if node.resource_type == 'model' and meta.partition else [] -%}
        {%- for members in (meta.grid or {}).values() if members is string -%}
            {%- do also_read.append('seed.pqr_lakehouse.' ~ members.split('.')[0]) -%}
        {%- endfor -%}
        {%- for id in node.depends_on.get('nodes', []) + also_read if id not in done and id not in selected_resources -%}
            {%- do done.append(id) -%}
            {%- set input = graph.sources[id] if id.startswith('source.') else graph.nodes[id] -%}
            {%- set name = input.schema ~ '.' ~ (input.identifier or input.alias) -%}
            {%- if name in built -%}
            {%- elif input.resource_type == 'source' or input.config.get('meta', {}).get('partition') -%}
                {%- do create_committed_relation(input) -%}
            {%- else -%}
                {%- if input.resource_type == 'seed' -%}
                    {%- set kind = 'table' -%}
                    {%- set query -%}
                        select * from read_csv(
                            '{{ (input.root_path or ".") ~ "/" ~ input.original_file_path }}', header = true,
                            types = { {%- for column, type in input.config.column_types.items() %}'{{ column }}': '{{ type }}'{{ ", " if not loop.last }}{% endfor -%} }
                        )
                    {%- endset -%}
                {%- else -%}
                    {%- do create_inputs([input], done) -%}
                    {%- set kind = input.config.materialized -%}
                    {#- ref() of a hook may not name what the hook does not depend on: intermediate models write
                        it in braces of its own, and call no macro that has one. -#}
                    {%- set refs = modules.re.sub("[{]{2} ref[(]'(silver|gold)_([a-z_]+)'[)] [}]{2}", "\\1.\\2", input.raw_code) -%}
                    {%- set query = render(modules.re.sub("[{]{2} ref[(]'([a-z_]+)'[)] [}]{2}", "silver.\\1", refs)) -%}
                {%- endif -%}
                {%- do run_query("create schema if not exists " ~ input.schema) -%}
                {%- do run_query("create or replace " ~ kind ~ " " ~ name ~ " as " ~ query) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
