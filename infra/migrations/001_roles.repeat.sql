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
