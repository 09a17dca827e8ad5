{#- The world to read: the run's own, else the one whose bronze was committed last. None only with
    --empty, which needs no rows: it lets unit tests run before anything was committed. -#}
{% macro committed_world() -%}
    {%- set of_the_run = env_var('PQR_WORLD_ID', '') -%}
    {%- if of_the_run -%}
        {{ return(of_the_run) }}
    {%- endif -%}
    {%- set found = run_query(
        "select cast(world_id as varchar) from "
        ~ control_plane("select world_id from meta.committed_objects where layer = 'bronze' order by run_seq desc limit 1")
    ) -%}
    {%- if found.rows | length -%}
        {{ return(found.rows[0][0]) }}
    {%- elif flags.EMPTY -%}
        {{ return(none) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error(
        "The lake is empty: no bronze is committed in " ~ env_var('PQR_POSTGRES_DB', 'pqr_lakehouse')
        ~ ". Fill it first with `pqr run`, then `dbt build` reads what was committed."
    ) }}
{%- endmacro %}
