-- A reader can lift its own time-outs, keep a transaction open, and so hold back whoever replaces a
-- view that it has read. As a standby does with queries in the way of what it has to apply, a
-- publication waits for it a while and then ends its session. Repeated at every start, so that a
-- privilege granted later counts.
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

do $$
begin
    if exists (select from pg_roles where rolname = 'lake_writer') then
        grant execute on function meta.end_readers_in_the_way(interval) to lake_writer;
    end if;
end
$$;
