-- The roles of a Supabase project, where they exist. The data API answers as one of them: anon is
-- whoever has the address, authenticated whoever signed up, service_role the project's own backend.
do $$
declare
    schema_name text;
begin
    if exists (select from pg_roles where rolname = 'anon') then
        foreach schema_name in array array['meta', 'landing', 'serving', 'silver', 'gold', 'core'] loop
            execute format('revoke all on schema %I from anon', schema_name);
            execute format('revoke all on all tables in schema %I from anon', schema_name);
        end loop;
    end if;
    -- What is aggregated, and which run it comes from; the cases themselves are not for everybody.
    if exists (select from pg_roles where rolname = 'authenticated') then
        grant usage on schema gold, meta to authenticated;
        grant select on meta.runs, meta.quality_checks to authenticated;
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant usage on schema silver, gold, core, meta to service_role;
        grant select on meta.runs, meta.quality_checks, meta.lineage to service_role;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not set the privileges of the Supabase roles', current_user;
end
$$;

-- Sign-in is Supabase's: its data API comes as the role authenticator and becomes the role that the
-- token names. Only where these roles exist. Privileges are the wall; these are a second one, and the
-- way by which somebody who signs in becomes bi_reader (docs/how-to/use-supabase.md).
do $$
begin
    if not exists (select from pg_roles where rolname = 'authenticator') then
        return;
    end if;
    if exists (select from pg_roles where rolname = 'bi_reader')
        and not pg_has_role('authenticator', 'bi_reader', 'member') then
        grant bi_reader to authenticator;
    end if;
exception
    when insufficient_privilege then
        raise notice '% may not let authenticator become bi_reader', current_user;
end
$$;

-- A table that is granted to somebody by mistake shows no row: each answers only to whom a policy names.
-- Owners, and so the views of other schemas, are not held by it; nor is the writer, which copies rows in
-- (COPY knows no policies). From PostgreSQL 16 on who has bypassrls may give it; before, a superuser.
do $$
declare
    item record;
begin
    if not exists (select from pg_roles where rolname = 'authenticator') then
        return;
    end if;
    if exists (select from pg_roles where rolname = 'lake_writer' and not rolbypassrls) then
        alter role lake_writer bypassrls;
    end if;
    for item in
        select oid, oid::regclass as name, relrowsecurity
        from pg_class
        where relnamespace in ('meta'::regnamespace, 'iceberg'::regnamespace) and relkind in ('r', 'p')
            and pg_has_role(current_user, relowner, 'usage')
    loop
        if not item.relrowsecurity then
            execute format('alter table %s enable row level security', item.name);
        end if;
        if exists (select from pg_roles where rolname = 'bi_reader')
            and has_table_privilege('bi_reader', item.oid, 'select')
            and not exists (
                select from pg_policy where polrelid = item.oid and polname = 'bi_reader_reads'
            ) then
            execute format('create policy bi_reader_reads on %s for select to bi_reader using (true)', item.name);
        end if;
    end loop;
exception
    when insufficient_privilege then
        raise notice '% may not let lake_writer bypass row level security: it is left off', current_user;
end
$$;

-- Supabase Auth calls it before it signs a token. app_metadata is written by administrators alone;
-- user_metadata, which a user may change, is not asked.
do $$
begin
    if not exists (select from pg_roles where rolname = 'supabase_auth_admin') then
        return;
    end if;
    create or replace function meta.access_token(event jsonb) returns jsonb
    language sql immutable
    set search_path = pg_catalog, pg_temp
    as $hook$
        select case
            when event #>> '{claims,app_metadata,pqr_role}' = 'bi_reader'
                and event #>> '{claims,role}' = 'authenticated'
                then jsonb_set(event, '{claims,role}', '"bi_reader"')
            else event
        end
    $hook$;
    revoke execute on function meta.access_token(jsonb) from public;
    grant usage on schema meta to supabase_auth_admin;
    grant execute on function meta.access_token(jsonb) to supabase_auth_admin;
exception
    when insufficient_privilege then
        raise notice '% may not make the access token hook', current_user;
end
$$;
