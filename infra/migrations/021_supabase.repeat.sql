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
