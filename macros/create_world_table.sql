{#- One row with the days that count. A day is only known from committed bronze: its objects exist
    for every day of a run, also for days without events. -#}
{% macro create_world_table(world_id) -%}
    {%- do run_query("create schema if not exists bronze") -%}
    {%- set facts -%}
        select
            worlds.world_id,
            worlds.first_day,
            max(cast(split_part(objects.partition, 'day=', 2) as date)) as last_day
        from meta.worlds as worlds
        join meta.committed_objects as objects using (world_id)
        where objects.layer = 'bronze' and objects.dataset = 'pqrs_events'
            and worlds.world_id = '{{ world_id or "00000000-0000-0000-0000-000000000000" }}'
        group by worlds.world_id, worlds.first_day
    {%- endset -%}
    {%- do run_query(
        "create or replace table bronze.world as select cast(world_id as varchar) as world_id, first_day, last_day, "
        ~ "coalesce(try_cast('" ~ env_var('PQR_DATE_MIN', '') ~ "' as date), first_day) as run_first_day, "
        ~ "coalesce(try_cast('" ~ env_var('PQR_DATE_MAX', '') ~ "' as date), last_day) as run_last_day "
        ~ "from " ~ control_plane(facts)
    ) -%}
{%- endmacro %}
