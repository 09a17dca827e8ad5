{#- The world to read: PQR_WORLD_ID, which a run of pqr always sets, else the live one, else (nothing
    is published yet) the one whose bronze was committed last. None only with --empty, which needs no
    rows: it lets unit tests run before anything was committed. -#}
{% macro world_to_read() -%}
    {%- set asked_for = env_var('PQR_WORLD_ID', '') -%}
    {%- if asked_for and not modules.re.fullmatch('[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', asked_for) -%}
        {{ exceptions.raise_compiler_error(
            "PQR_WORLD_ID=" ~ asked_for ~ " is not a UUID: take one from `pqr runs`, or unset it to read the live world"
        ) }}
    {%- endif -%}
    {%- set query -%}
        select objects.world_id
        from meta.committed_objects as objects
        left join meta.publications using (run_id)
        left join meta.current_publication using (publication_id)
        where objects.layer = 'bronze'
        {%- if asked_for %} and objects.world_id = '{{ asked_for }}' {%- endif %}
        order by (current_publication.publication_id is not null) desc, objects.run_seq desc
        limit 1
    {%- endset -%}
    {%- set found = run_query("select cast(world_id as varchar) from " ~ control_plane(query)) -%}
    {%- if found.rows | length -%}
        {{ return(found.rows[0][0]) }}
    {%- elif flags.EMPTY -%}
        {{ return(none) }}
    {%- elif asked_for -%}
        {{ exceptions.raise_compiler_error(
            "PQR_WORLD_ID=" ~ asked_for ~ ": no bronze of this world is committed in "
            ~ env_var('PQR_POSTGRES_DB', 'pqr_lakehouse') ~ ". `pqr runs` lists the runs with their worlds."
        ) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error(
        "The lake is empty: no bronze is committed in " ~ env_var('PQR_POSTGRES_DB', 'pqr_lakehouse')
        ~ ". Fill it first with `pqr run`, then `dbt build` reads what was committed."
    ) }}
{%- endmacro %}
