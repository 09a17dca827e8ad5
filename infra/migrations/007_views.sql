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
        newest_manifests.world_id,
        newest_manifests.layer,
        manifest_objects.dataset,
        manifest_objects.partition,
        newest_manifests.run_id,
        etl_runs.run_seq,
        newest_manifests.build_id,
        manifest_objects.key,
        manifest_objects.size,
        manifest_objects.sha256,
        manifest_objects.rows,
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
select
    manifest_index.run_id,
    manifest_index.layer,
    manifest_index.build_id,
    manifest_index.manifest_sha256,
    manifest_index.s3_manifest_path,
    manifest_inputs.input_run_id,
    manifest_inputs.input_layer,
    manifest_inputs.input_manifest_sha256,
    manifest_index.committed_at
from meta.manifest_index
left join meta.manifest_inputs using (manifest_seq);

create or replace view meta.runs as
select
    etl_runs.run_id,
    etl_runs.seed,
    etl_runs.started_at,
    etl_runs.finished_at,
    etl_runs.status,
    etl_runs.date_min,
    etl_runs.date_max,
    etl_runs.git_sha,
    etl_runs.config_hash,
    etl_runs.raw_objects_count,
    etl_runs.bronze_rows,
    etl_runs.silver_rows,
    etl_runs.gold_rows,
    etl_runs.executed_by,
    etl_runs.executor_role,
    etl_runs.execution_context,
    etl_runs.world_id,
    etl_runs.run_seq,
    etl_runs.attempt,
    etl_runs.error,
    extract(epoch from etl_runs.finished_at - etl_runs.started_at) as duration_seconds,
    live.run_id is not null as is_live,
    live.published_at as live_since
from meta.etl_runs
left join (
    select publications.run_id, publications.published_at
    from meta.current_publication
    join meta.publications using (publication_id)
) as live using (run_id);

create or replace view meta.quality_checks as
select
    data_quality.run_id,
    data_quality.dataset,
    data_quality.check_name,
    data_quality.result,
    data_quality.value,
    data_quality.threshold,
    data_quality.details_json,
    data_quality.layer,
    data_quality.severity,
    data_quality.tool,
    data_quality.attempt,
    data_quality.checked_at,
    data_quality.attempt = etl_runs.attempt as is_latest_attempt
from meta.data_quality
join meta.etl_runs using (run_id);
