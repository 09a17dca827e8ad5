-- The order in which builds count: a build that is taken up again after another one moves to the end.
create sequence if not exists meta.manifest_effective_seq;

-- Committed layers. Rows are only ever added: a committed manifest is immutable, its effective_seq
-- alone moves.
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

-- Which dataset a committed layer made from which: written once a build, from the code's own graph.
create table if not exists meta.lineage_edges (
    manifest_seq bigint not null references meta.manifest_index (manifest_seq) on delete cascade,
    dataset text not null,
    input_layer text not null
    check (input_layer in ('raw', 'bronze', 'enrichment', 'silver', 'gold', 'serving', 'seed')),
    input_dataset text not null,
    -- Reference lists have no manifest: the hash of the file stands for it.
    seed_sha256 text check (seed_sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null default clock_timestamp(),
    primary key (manifest_seq, dataset, input_layer, input_dataset),
    check ((input_layer = 'seed') = (seed_sha256 is not null))
);

-- Objects that `pqr gc` has removed although a manifest still names them: what remains of superseded
-- builds. A build that is taken up again later moves to the end of effective_seq, and counts again.
create table if not exists meta.collected_objects (
    key text primary key,
    effective_seq bigint not null,
    collected_at timestamptz not null default clock_timestamp()
);

-- The newest build of a layer of a run, and every layer of a world.
create index if not exists manifest_index_world_layer
on meta.manifest_index (world_id, layer, run_id, effective_seq desc);
-- Who read this manifest: lineage downwards.
create index if not exists manifest_inputs_sha on meta.manifest_inputs (input_manifest_sha256);
-- The objects of one partition over all runs.
create index if not exists manifest_objects_partition
on meta.manifest_objects (dataset, partition, manifest_seq);
-- What was made from a dataset: lineage downwards.
create index if not exists lineage_edges_input on meta.lineage_edges (input_layer, input_dataset);

-- Which objects count: of each run and layer the newest manifest, of each partition the newest of these.
-- Newest is the order of commits, never a clock: a layer is built from all that was committed before.
create or replace view meta.committed_objects as
with newest_manifests as (
    select distinct on (run_id, layer)
        manifest_seq, effective_seq, run_id, world_id, layer, build_id
    from meta.manifest_index
    order by run_id, layer, effective_seq desc
),

ranked as (
    select
        newest_manifests.world_id, newest_manifests.layer, manifest_objects.dataset,
        manifest_objects.partition, newest_manifests.run_id, etl_runs.run_seq,
        newest_manifests.build_id, manifest_objects.key, manifest_objects.size,
        manifest_objects.sha256, manifest_objects.rows,
        rank() over (
            partition by
                newest_manifests.world_id, newest_manifests.layer,
                manifest_objects.dataset, manifest_objects.partition
            order by newest_manifests.effective_seq desc
        ) as newness
    from newest_manifests
    join meta.etl_runs using (run_id)
    join meta.manifest_objects using (manifest_seq)
)

select
    world_id, layer, dataset, partition, run_id, run_seq, build_id, key, size, sha256, rows
from ranked
where newness = 1;

create or replace view meta.lineage as
with sources as (
    select manifest_seq, input_run_id, input_layer, input_manifest_sha256
    from meta.manifest_inputs
    union all
    -- A dataset made from another one of its own layer.
    select manifest_seq, run_id, layer, manifest_sha256
    from meta.manifest_index
),

edges as (
    select
        lineage_edges.manifest_seq, sources.input_run_id, lineage_edges.input_layer,
        sources.input_manifest_sha256, lineage_edges.dataset, lineage_edges.input_dataset,
        coalesce(sources.input_manifest_sha256, lineage_edges.seed_sha256) as input_sha256
    from meta.lineage_edges
    left join sources using (manifest_seq, input_layer)
    union all
    -- A layer without edges is known as a whole.
    select
        manifest_index.manifest_seq, manifest_inputs.input_run_id, manifest_inputs.input_layer,
        manifest_inputs.input_manifest_sha256, null, null, manifest_inputs.input_manifest_sha256
    from meta.manifest_index
    left join meta.manifest_inputs using (manifest_seq)
    where not exists (
        select from meta.lineage_edges
        where lineage_edges.manifest_seq = manifest_index.manifest_seq
    )
)

select
    manifest_index.run_id, manifest_index.layer, manifest_index.build_id,
    manifest_index.manifest_sha256, manifest_index.s3_manifest_path, edges.input_run_id,
    edges.input_layer, edges.input_manifest_sha256, manifest_index.committed_at, edges.dataset,
    edges.input_dataset, edges.input_sha256
from meta.manifest_index
join edges using (manifest_seq);

comment on table meta.manifest_index is
'One row a committed layer of a run. Its presence is the commit; rows are never changed.';
comment on column meta.manifest_index.effective_seq is
'Order in which builds count; a build taken up again moves to the end.';
comment on column meta.manifest_index.s3_checksums_path is
'Key of the checksums in the bucket; null where the manifest holds them.';
comment on column meta.manifest_index.previous_sha256 is 'SHA-256 of the manifest of the layer before it.';
comment on table meta.manifest_objects is 'The objects that a committed manifest names.';
comment on column meta.manifest_objects.counts is 'Counts by name, as the manifest gives them.';
comment on table meta.manifest_inputs is 'The manifests that a committed layer was built from.';
comment on table meta.lineage_edges is
'Which dataset of a committed layer was made from which: one row a dataset and input.';
comment on column meta.lineage_edges.manifest_seq is 'The committed layer, in the order of commits.';
comment on column meta.lineage_edges.dataset is 'Dataset that was made; a view by its schema and name.';
comment on column meta.lineage_edges.input_layer is 'Layer of the dataset it was made from; seed: a reference list.';
comment on column meta.lineage_edges.seed_sha256 is 'SHA-256 of the reference list; null for a dataset of the lake.';
comment on table meta.collected_objects is
'Objects of superseded builds that were removed from the bucket; their manifests stay.';
comment on column meta.collected_objects.effective_seq is 'How far the order of builds had come by then.';
comment on column meta.collected_objects.collected_at is 'When it was removed, UTC.';
comment on view meta.committed_objects is
'The objects that count: of each partition those of the newest run, of a run its newest build.';
comment on view meta.lineage is
'Which dataset was made from which: one row a committed build, dataset, input dataset and input manifest.';
comment on column meta.lineage.dataset is 'Dataset that was made; null where only the layers are known.';
comment on column meta.lineage.input_sha256 is 'SHA-256 of the input manifest, or of the file of a reference list.';
