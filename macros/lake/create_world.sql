{#- bronze.world, one row: the world and the days that count. A day is only known from committed
    bronze, whose objects exist for every day of a run, also for days without events.

    It is the world of PQR_WORLD_ID, which a run of pqr always sets, else the live one, else (nothing is
    published yet) the one whose bronze was committed last. None only with --empty, which needs no rows:
    it lets unit tests run before anything was committed.

    The sandbox says what it reads. What it built from another world, or from fewer days, goes: tables
    of two worlds must not meet. -#}
{% macro create_world() -%}
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
    {%- if not found.rows | length and not flags.EMPTY -%}
        {%- set database = env_var('PQR_POSTGRES_DB', 'pqr_lakehouse') -%}
        {{ exceptions.raise_compiler_error(
            "PQR_WORLD_ID=" ~ asked_for ~ ": no bronze of this world is committed in " ~ database
            ~ ". `pqr runs` lists the runs with their worlds."
            if asked_for else
            "The lake is empty: no bronze is committed in " ~ database
            ~ ". Fill it first with `pqr run`, then `dbt build` reads what was committed."
        ) }}
    {%- endif -%}
    {%- set world_id = found.rows[0][0] if found.rows | length else "00000000-0000-0000-0000-000000000000" -%}
    {%- set committed_days -%}
        select
            worlds.world_id,
            worlds.first_day,
            max(cast(split_part(objects.partition, 'day=', 2) as date)) as last_day,
            (array_agg(objects.run_id order by objects.run_seq desc))[1] as newest_run_id
        from meta.worlds as worlds
        join meta.committed_objects as objects using (world_id)
        where objects.layer = 'bronze' and objects.dataset = 'pqrs_events'
            and worlds.world_id = '{{ world_id }}'
        group by worlds.world_id, worlds.first_day
    {%- endset -%}
    {#- Gold goes on from where it was: moving means look back on a week, a report on its whole period. -#}
    {%- set world -%}
        with days as (
            select
                cast(world_id as varchar) as world_id,
                first_day,
                last_day,
                coalesce(try_cast('{{ env_var("PQR_DATE_MIN", "") }}' as date), first_day) as run_first_day,
                coalesce(try_cast('{{ env_var("PQR_DATE_MAX", "") }}' as date), last_day) as run_last_day,
                cast(newest_run_id as varchar) as newest_run_id,
                cast(date_trunc('month', run_first_day) as date) as month_start,
                cast(date_trunc('quarter', run_first_day) as date) as quarter_start,
                make_date(year(run_first_day), if(month(run_first_day) <= 6, 1, 7), 1) as semester_start
            from {{ control_plane(committed_days) }}
        )

        select
            world_id,
            first_day,
            last_day,
            run_first_day,
            run_last_day,
            newest_run_id,
            greatest(
                first_day,
                least(
                    run_first_day,
                    if(last_day >= month_start + interval 1 month - interval 1 day, month_start, null),
                    if(last_day >= quarter_start + interval 3 month - interval 1 day, quarter_start, null),
                    if(last_day >= semester_start + interval 6 month - interval 1 day, semester_start, null)
                ) - 7
            ) as gold_first_day
        from days
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
