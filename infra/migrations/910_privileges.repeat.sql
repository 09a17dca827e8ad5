-- Ownership and privileges of the control plane. Repeated at every start, so that roles created
-- later get theirs. Statements for a role that does not exist are left out.
do $$
declare
    item text;
begin
    if not exists (select from pg_roles where rolname = 'lake_owner')
        or not pg_has_role(current_user, 'lake_owner', 'member') then
        return;
    end if;
    execute format('grant create on database %I to lake_owner', current_database());
    for item in
        select format('schema %I', nspname) from pg_namespace
        where nspname in ('meta', 'landing', 'serving', 'silver', 'gold', 'core', 'iceberg')
            and pg_get_userbyid(nspowner) <> 'lake_owner'
        union all
        select format(case relkind when 'v' then 'view %s' else 'table %s' end, oid::regclass)
        from pg_class
        where relnamespace in ('meta'::regnamespace, 'iceberg'::regnamespace) and relkind in ('r', 'v')
            and pg_get_userbyid(relowner) <> 'lake_owner'
    loop
        execute format('alter %s owner to lake_owner', item);
    end loop;
    alter function meta.touch_updated_at() owner to lake_owner;
    alter function meta.analyze_publication() owner to lake_owner;
exception
    when insufficient_privilege then
        raise notice '% cannot hand the schemas to lake_owner and keeps them', current_user;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'lake_writer') then
        return;
    end if;
    execute format('grant connect, create, temporary on database %I to lake_writer', current_database());
    grant usage on schema meta to lake_writer;
    -- dbt makes the tables of landing and serving and the views over them.
    grant usage, create on schema landing, serving, silver, gold, core to lake_writer;
    -- select on manifests and inserts only: what is committed stays as it was committed.
    grant select on all tables in schema meta to lake_writer;
    grant insert on
    meta.manifest_index, meta.manifest_objects, meta.manifest_inputs, meta.data_quality,
    meta.lineage_edges, meta.deliveries
    to lake_writer;
    -- An edit that is taken back makes its old build the newest again: nothing else may change.
    grant usage on sequence meta.manifest_effective_seq to lake_writer;
    grant update (effective_seq) on meta.manifest_index to lake_writer;
    grant insert, update on
    meta.worlds, meta.etl_runs, meta.task_runs, meta.current_publication,
    meta.model_registry, meta.model_evaluation, meta.collected_objects,
    meta.journal, meta.journal_worlds
    to lake_writer;
    grant insert, update, delete on
    meta.batches, meta.publications, meta.publication_batches, meta.serving_code,
    meta.served_relations
    to lake_writer;
    -- The catalog of the Iceberg tables.
    grant usage on schema iceberg to lake_writer;
    grant select, insert, update, delete on all tables in schema iceberg to lake_writer;
    -- serving.* refers to the batches.
    grant references on meta.batches to lake_writer;
    grant execute on function
    meta.analyze_publication(), meta.end_readers_in_the_way(interval)
    to lake_writer;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'bi_reader') then
        return;
    end if;
    execute format('grant connect on database %I to bi_reader', current_database());
    grant usage on schema meta, silver, gold, core, iceberg to bi_reader;
    -- Engines find the tables of the lake by it; what they read lies in the bucket.
    grant select on all tables in schema iceberg to bi_reader;
    grant select on
    meta.runs, meta.quality_checks, meta.lineage,
    meta.layer_runs, meta.quarantine_reasons, meta.live_publication,
    meta.current_checks, meta.quality_by_layer, meta.quality_history, meta.quality_worst_checks,
    meta.layer_tries, meta.lake_size, meta.model_registry, meta.model_evaluation
    to bi_reader;
end
$$;

-- Nobody writes into public or makes temporary tables by default. On a Supabase project the
-- database is shared with others, so it is left as its owner set it.
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticator') then
        return;
    end if;
    revoke create on schema public from public;
    execute format('revoke temporary on database %I from public', current_database());
exception
    when insufficient_privilege or undefined_object or invalid_schema_name then
        raise notice '% may not restrict schema public', current_user;
end
$$;
