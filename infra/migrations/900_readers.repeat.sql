-- What a reader must not do to others: fill the server, hold the locks of runs, keep large objects,
-- decide what a name without a schema means, stand in the way of a publication. Repeated at every
-- start, so that roles and privileges that come later count; each part only where something differs.

-- The reader's guard rails. Privileges are the wall; these keep a slip or a slow query small. A login
-- may change its own defaults, for all who share it: here they are set back.
do $$
declare
    wanted text[] := array[
        'default_transaction_read_only=on', 'statement_timeout=60s', 'lock_timeout=5s',
        'idle_in_transaction_session_timeout=5min', 'temp_file_limit=2GB'
    ];
    reader oid := (select oid from pg_roles where rolname = 'bi_reader');
    database record;
    setting text;
begin
    if reader is null then
        return;
    end if;
    for database in
        select datname from pg_db_role_setting join pg_database on pg_database.oid = setdatabase
        where setrole = reader
    loop
        execute format('alter role bi_reader in database %I reset all', database.datname);
    end loop;
    -- Only where something differs: roles are shared by all databases of the server, and two
    -- migrations that rewrite the same role at once fail.
    if exists (
        select from pg_roles
        where oid = reader
            and not (coalesce(rolconfig, '{}') @> wanted and wanted @> coalesce(rolconfig, '{}'))
    ) then
        alter role bi_reader reset all;
        foreach setting in array wanted loop
            begin
                execute format(
                    'alter role bi_reader set %I = %L',
                    split_part(setting, '=', 1), split_part(setting, '=', 2)
                );
            exception
                when insufficient_privilege then
                    raise notice '% may not set % of bi_reader', current_user, setting;
            end;
        end loop;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not set the time-outs of bi_reader', current_user;
end
$$;

-- How much of the server a reader may take: a login cannot lift this.
do $$
begin
    if exists (select from pg_roles where rolname = 'bi_reader' and rolconnlimit <> 30) then
        alter role bi_reader connection limit 30;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not limit the connections of bi_reader', current_user;
end
$$;

-- Advisory locks and large objects: the functions are the writer's. Only a superuser may do this.
do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (proname ~ '^pg_(try_)?advisory' or proname ~ '^lo_' or proname in ('loread', 'lowrite'))
            and has_function_privilege('public', oid, 'execute')
    loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
    for routine in
        select pg_proc.oid::regprocedure from pg_proc
        join pg_roles on pg_roles.rolname = 'lake_writer'
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory'
            and not has_function_privilege(pg_roles.oid, pg_proc.oid, 'execute')
    loop
        execute format('grant execute on function %s to lake_writer', routine);
    end loop;
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

-- A reader can lift its own time-outs, keep a transaction open, and so hold back whoever replaces a
-- view that it has read. As a standby does with queries in the way of what it has to apply, a
-- publication waits for it a while and then ends its session.
create or replace function meta.end_readers_in_the_way(patience interval)
returns table (login name, application text, process integer, is_ended boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    blocking record;
begin
    for blocking in
        select distinct other.pid, other.usename, other.application_name,
            not other_role.rolsuper
            and other.usename is distinct from session_user
            and pg_has_role(other.usesysid, reader.oid, 'member') as is_reader
        from pg_locks as waiting
        join pg_stat_activity as waiter on waiter.pid = waiting.pid
        cross join lateral unnest(pg_blocking_pids(waiting.pid)) as blocker (pid)
        join pg_stat_activity as other on other.pid = blocker.pid
        join pg_roles as other_role on other_role.oid = other.usesysid
        left join pg_roles as reader on reader.rolname = 'bi_reader'
        where not waiting.granted
            and waiting.locktype = 'relation'
            and waiting.waitstart < clock_timestamp() - patience
            and waiter.usename = session_user
            and waiter.datname = current_database()
    loop
        is_ended := false;
        if blocking.is_reader then
            begin
                is_ended := pg_terminate_backend(blocking.pid);
            exception
                when insufficient_privilege then
                    null;
            end;
        end if;
        login := blocking.usename;
        application := blocking.application_name;
        process := blocking.pid;
        return next;
    end loop;
end
$$;

comment on function meta.end_readers_in_the_way(interval) is
'Sessions that a session of the caller has waited for longer than this; those of bi_reader are ended.';

revoke all on function meta.end_readers_in_the_way(interval) from public;

-- Who owns the function may end sessions, though none of a superuser.
do $$
begin
    if exists (select from pg_roles where rolname = 'lake_owner')
        and pg_has_role(current_user, 'lake_owner', 'member') then
        execute 'alter function meta.end_readers_in_the_way(interval) owner to lake_owner';
        if not pg_has_role('lake_owner', 'pg_signal_backend', 'usage') then
            grant pg_signal_backend to lake_owner;
        end if;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not let lake_owner end sessions: a reader can hold up a publication',
            current_user;
end
$$;
