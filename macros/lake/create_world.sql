{#- bronze.world, one row: the world and the days that count. A day is only known from committed
    bronze, whose objects exist for every day of a run, also for days without events.

    The sandbox says what it reads. What it built from another world, or from fewer days, goes: tables
    of two worlds must not meet. -#}
{% macro create_world(world_id) -%}
    {%- set committed_days -%}
        select
            worlds.world_id,
            worlds.first_day,
            max(cast(split_part(objects.partition, 'day=', 2) as date)) as last_day,
            (array_agg(objects.run_id order by objects.run_seq desc))[1] as newest_run_id
        from meta.worlds as worlds
        join meta.committed_objects as objects using (world_id)
        where objects.layer = 'bronze' and objects.dataset = 'pqrs_events'
            and worlds.world_id = '{{ world_id or "00000000-0000-0000-0000-000000000000" }}'
        group by worlds.world_id, worlds.first_day
    {%- endset -%}
    {%- set world -%}
        select
            cast(world_id as varchar) as world_id,
            first_day,
            last_day,
            coalesce(try_cast('{{ env_var("PQR_DATE_MIN", "") }}' as date), first_day) as run_first_day,
            coalesce(try_cast('{{ env_var("PQR_DATE_MAX", "") }}' as date), last_day) as run_last_day,
            cast(newest_run_id as varchar) as newest_run_id
        from {{ control_plane(committed_days) }}
    {%- endset -%}
    {%- do run_query("create schema if not exists bronze") -%}
    {%- do run_query("create table if not exists bronze.world as " ~ world ~ " limit 0") -%}
    {%- set other = run_query(
        "select count(*) from bronze.world anti join (" ~ world ~ ") using (world_id, last_day, newest_run_id)"
    ).rows[0][0] -%}
    {%- if other -%}
        {%- for node in graph.nodes.values() if node.schema in ('silver', 'gold') and 'serving' not in node.tags -%}
            {%- set built = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- if built -%}{%- do adapter.drop_relation(built) -%}{%- endif -%}
        {%- endfor -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {%- do run_query("create or replace table bronze.world as " ~ world) -%}
    {%- if not is_pqr_run() -%}
        {%- for row in run_query("select world_id, newest_run_id, first_day, last_day from bronze.world").rows -%}
            {{ log(
                "Sandbox of " ~ sandbox_user() ~ ": world " ~ row[0] ~ ", run " ~ row[1] ~ ", days " ~ row[2] ~ " to " ~ row[3]
                ~ (" (PQR_WORLD_ID chooses)" if env_var('PQR_WORLD_ID', '') else ""), info=True
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
