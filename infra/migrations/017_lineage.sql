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
-- What was made from a dataset: lineage downwards.
create index if not exists lineage_edges_input on meta.lineage_edges (input_layer, input_dataset);

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
        lineage_edges.manifest_seq,
        sources.input_run_id,
        lineage_edges.input_layer,
        sources.input_manifest_sha256,
        lineage_edges.dataset,
        lineage_edges.input_dataset,
        coalesce(sources.input_manifest_sha256, lineage_edges.seed_sha256) as input_sha256
    from meta.lineage_edges
    left join sources using (manifest_seq, input_layer)
    union all
    -- A layer without edges is known as a whole.
    select
        manifest_index.manifest_seq,
        manifest_inputs.input_run_id,
        manifest_inputs.input_layer,
        manifest_inputs.input_manifest_sha256,
        null,
        null,
        manifest_inputs.input_manifest_sha256
    from meta.manifest_index
    left join meta.manifest_inputs using (manifest_seq)
    where not exists (
        select from meta.lineage_edges
        where lineage_edges.manifest_seq = manifest_index.manifest_seq
    )
)

select
    manifest_index.run_id,
    manifest_index.layer,
    manifest_index.build_id,
    manifest_index.manifest_sha256,
    manifest_index.s3_manifest_path,
    edges.input_run_id,
    edges.input_layer,
    edges.input_manifest_sha256,
    manifest_index.committed_at,
    edges.dataset,
    edges.input_dataset,
    edges.input_sha256
from meta.manifest_index
join edges using (manifest_seq);

comment on table meta.lineage_edges is
'Which dataset of a committed layer was made from which: one row a dataset and input.';
comment on column meta.lineage_edges.manifest_seq is 'The committed layer, in the order of commits.';
comment on column meta.lineage_edges.dataset is 'Dataset that was made; a view by its schema and name.';
comment on column meta.lineage_edges.input_layer is 'Layer of the dataset it was made from; seed: a reference list.';
comment on column meta.lineage_edges.input_dataset is 'Dataset it was made from.';
comment on column meta.lineage_edges.seed_sha256 is 'SHA-256 of the reference list; null for a dataset of the lake.';
comment on column meta.lineage_edges.created_at is 'When the row was written, UTC.';
comment on view meta.lineage is
'Which dataset was made from which: one row a committed build, dataset, input dataset and input manifest.';
comment on column meta.lineage.dataset is
'Dataset that was made; null where only the layers are known.';
comment on column meta.lineage.input_dataset is 'Dataset it was made from.';
comment on column meta.lineage.input_sha256 is
'SHA-256 of the input manifest, or of the file of a reference list.';
