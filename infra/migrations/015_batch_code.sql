-- A batch is one object as one version of its two models landed it: when the models change, the
-- object is landed anew, beside the batch that the live publication still names.
alter table meta.batches add column if not exists served_code text not null default '';
alter table meta.batches drop constraint if exists batches_dataset_object_key_key;

do $$
begin
    if not exists (select from pg_constraint where conname = 'batches_object_once') then
        alter table meta.batches
        add constraint batches_object_once unique (dataset, object_key, served_code);
    end if;
end
$$;

comment on column meta.batches.served_code is
'Hash of the publish and serving models that landed it.';
