-- The journal of the control plane lies in the bucket: what of it must outlive this database. Here is
-- only where it ends, so that the next entry continues it.
create table if not exists meta.journal (
    only_row boolean primary key default true check (only_row),
    journal_id uuid not null default gen_random_uuid(),
    entry bigint not null default 0 check (entry >= 0),
    key text,
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    live_publication_id integer,
    restoring_since timestamptz
);

insert into meta.journal default values on conflict do nothing;

-- What entries hold of each world: the next one holds what came after.
create table if not exists meta.journal_worlds (
    world_id uuid primary key,
    manifest_seq bigint not null default 0,
    effective_seq bigint not null default 0,
    data_quality_id bigint not null default 0,
    written_at timestamptz not null
);

comment on table meta.journal is
'Where the journal in the bucket ends, one row. `pqr restore --from-bucket` reads the journal.';
comment on column meta.journal.journal_id is
'Which journal of the bucket is that of this control plane; a restored one continues its own.';
comment on column meta.journal.entry is 'Number of the newest entry; 0 before the first.';
comment on column meta.journal.key is 'Key of the newest entry in the bucket.';
comment on column meta.journal.sha256 is 'SHA-256 of the newest entry.';
comment on column meta.journal.live_publication_id is
'The publication that was live when the newest entry was written.';
comment on column meta.journal.restoring_since is
'When a restore began that has not ended; null else. The next one starts over.';
comment on table meta.journal_worlds is 'How far the journal goes in each world.';
comment on column meta.journal_worlds.world_id is 'The world.';
comment on column meta.journal_worlds.manifest_seq is 'The newest commit that an entry holds.';
comment on column meta.journal_worlds.effective_seq is 'The newest place in the order of builds that an entry holds.';
comment on column meta.journal_worlds.data_quality_id is 'The newest result of a check that an entry holds.';
comment on column meta.journal_worlds.written_at is 'When the newest entry of the world was written.';
