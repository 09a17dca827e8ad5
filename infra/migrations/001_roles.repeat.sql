-- Roles. Repeated at every start: on a managed server an operator may create them later.
-- Passwords are never set here: the embedded services or the operator do that.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['lake_owner', 'lake_writer', 'bi_reader'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            begin
                execute format(
                    'create role %I %s', role_name,
                    case role_name when 'lake_owner' then 'nologin' else 'login' end
                );
            exception
                when insufficient_privilege then
                    raise notice 'role % is missing and % may not create it: '
                        'the grants that name it are left out', role_name, current_user;
                when duplicate_object or unique_violation then
                    -- Roles belong to the server: another database may be migrating now.
                    null;
            end;
        end if;
    end loop;
end
$$;

-- Handing objects to lake_owner needs membership; a superuser has it by nature.
do $$
begin
    if exists (select from pg_roles where rolname = 'lake_owner')
        and not pg_has_role(current_user, 'lake_owner', 'member') then
        execute format('grant lake_owner to %I', current_user);
    end if;
exception
    when insufficient_privilege then
        raise notice '% cannot act as lake_owner and keeps what it creates', current_user;
end
$$;

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
