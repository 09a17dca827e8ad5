{#- The bronze events of the cases that this run touches, as the source of a build that carries the
    rest over: cases with an event in the run, and those that hold a copy of one of their events. -#}
{% macro create_touched_events_view(world_id, node) -%}
    {%- set paths = committed_keys(world_id, 'bronze', node.identifier) -%}
    {%- do run_query("create schema if not exists bronze") -%}
    {#- What finds them is three narrow columns; most objects are then left alone. -#}
    {%- do run_query(
        "create or replace table bronze.event_keys as "
        ~ "select cast(event_id as uuid) as event_id, cast(ticket_id as uuid) as ticket_id, filename "
        ~ "from read_parquet(['" ~ paths | join("', '") ~ "'], filename = true, hive_partitioning = false)"
    ) -%}
    {%- do run_query(
        "create or replace table bronze.touched_cases as with recursive touched as ("
        ~ "select ticket_id from bronze.event_keys where contains(filename, '/run_id=" ~ env_var('PQR_RUN_ID') ~ "/') "
        ~ "union select copies.ticket_id from touched "
        ~ "join bronze.event_keys as events using (ticket_id) "
        ~ "join bronze.event_keys as copies on events.event_id = copies.event_id"
        ~ ") select ticket_id from touched"
    ) -%}
    {%- set found = run_query(
        "select distinct filename from bronze.event_keys semi join bronze.touched_cases using (ticket_id) order by filename"
    ) -%}
    {%- do run_query("drop table bronze.event_keys") -%}
    {%- do create_relation_over(
        'bronze', node, found.columns[0].values() | list, 'view',
        "semi join bronze.touched_cases on cast(objects.ticket_id as uuid) = touched_cases.ticket_id"
    ) -%}
{%- endmacro %}
