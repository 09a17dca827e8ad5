-- What every login of a PostgreSQL may do by default and a reader must not: hold the locks of runs,
-- keep large objects, decide what a name without a schema means. Repeated at every start, so that
-- roles created later get theirs; each part only where something differs.

-- Advisory locks and large objects: the functions are the writer's. Only a superuser may do this.
do $$
declare
    routine regprocedure;
    has_writer boolean := exists (select from pg_roles where rolname = 'lake_writer');
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (proname ~ '^pg_(try_)?advisory' or proname ~ '^lo_' or proname in ('loread', 'lowrite'))
            and has_function_privilege('public', oid, 'execute')
    loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
    if has_writer then
        for routine in
            select oid::regprocedure from pg_proc
            where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory'
                and not has_function_privilege('lake_writer', oid, 'execute')
        loop
            execute format('grant execute on function %s to lake_writer', routine);
        end loop;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not take advisory locks away from readers: a reader can hold up a run',
            current_user;
end
$$;

-- A schema named after a login, or after nobody yet, is in no search path.
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticator') then
        return;  -- a Supabase project: the database is shared, and its owner decides
    end if;
    if not exists (
        select from pg_db_role_setting
        join pg_database on pg_database.oid = setdatabase
        where datname = current_database() and setrole = 0
            and setconfig @> array['search_path=public']
    ) then
        execute format('alter database %I set search_path = public', current_database());
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not set the search path of the database', current_user;
end
$$;

do $$
begin
    if to_regprocedure('meta.touch_updated_at()') is not null then
        alter function meta.touch_updated_at() set search_path = pg_catalog, pg_temp;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not pin the search path of meta.touch_updated_at', current_user;
end
$$;
