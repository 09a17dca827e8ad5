-- The order in which builds count: a build that is taken up again after another one moves to the end.
create sequence if not exists meta.manifest_effective_seq;

-- Committed layers. Rows are only ever added: a committed manifest is immutable; effective_seq alone moves.
create table if not exists meta.manifest_index (
    manifest_seq bigint generated always as identity primary key,
    effective_seq bigint not null unique default nextval('meta.manifest_effective_seq'),
    run_id uuid not null references meta.etl_runs (run_id),
    world_id uuid not null references meta.worlds (world_id),
    layer text not null check (layer in ('raw', 'bronze', 'enrichment', 'silver', 'gold', 'serving')),
    build_id text not null check (build_id ~ '^[0-9a-f]{12,64}$'),
    s3_manifest_path text not null,
    s3_checksums_path text,
    manifest_sha256 text not null unique check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
    previous_sha256 text check (previous_sha256 ~ '^[0-9a-f]{64}$'),
    attempt integer not null check (attempt >= 1),
    rows bigint not null check (rows >= 0),
    committed_at timestamptz not null default clock_timestamp(),
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    unique (run_id, layer, build_id)
);

create table if not exists meta.manifest_objects (
    manifest_seq bigint not null references meta.manifest_index (manifest_seq) on delete cascade,
    dataset text not null,
    partition text not null,
    key text not null,
    size bigint not null check (size >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    rows bigint not null check (rows >= 0),
    counts jsonb not null default '{}',
    primary key (manifest_seq, key)
);

create table if not exists meta.manifest_inputs (
    manifest_seq bigint not null references meta.manifest_index (manifest_seq) on delete cascade,
    input_run_id uuid not null,
    input_layer text not null,
    input_manifest_sha256 text not null check (input_manifest_sha256 ~ '^[0-9a-f]{64}$'),
    primary key (manifest_seq, input_manifest_sha256)
);

-- The newest build of a layer of a run, and every layer of a world.
create index if not exists manifest_index_world_layer
on meta.manifest_index (world_id, layer, run_id, effective_seq desc);
-- Who read this manifest: lineage downwards.
create index if not exists manifest_inputs_sha on meta.manifest_inputs (input_manifest_sha256);
-- The objects of one partition over all runs.
create index if not exists manifest_objects_partition
on meta.manifest_objects (dataset, partition, manifest_seq);
