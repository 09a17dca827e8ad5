-- References of served rows to lists: what is about to be published is checked in one query per table
-- (references_exist), where PostgreSQL would ask for every row. New tables are made so by dbt.
do $$
declare
    reference record;
begin
    if current_setting('server_version_num')::integer >= 180000 then
        for reference in
            select conrelid::regclass as source, conname
            from pg_constraint
            where
                contype = 'f'
                and connamespace = 'serving'::regnamespace
                and confrelid <> 'meta.batches'::regclass
            order by conname
        loop
            execute format(
                'alter table %s alter constraint %I not enforced', reference.source, reference.conname
            );
        end loop;
    end if;
end
$$;
