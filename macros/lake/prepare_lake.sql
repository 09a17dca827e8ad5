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
