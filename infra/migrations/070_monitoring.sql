-- What monitoring may see without seeing the tables behind it.

-- One row a run and layer: what its newest manifest holds, and what the try that built it took.
-- serving has a manifest without objects: its rows stand in Postgres, as the task counted them.
create or replace view meta.layer_runs as
with newest_manifests as (
    select distinct on (run_id, layer)
        run_id, layer, manifest_seq, build_id, rows, committed_at
    from meta.manifest_index
    order by run_id, layer, effective_seq desc
),

stored as (
    select
        newest_manifests.run_id, newest_manifests.layer, newest_manifests.build_id,
        newest_manifests.rows, newest_manifests.committed_at,
        coalesce(sum(manifest_objects.size), 0)::bigint as bytes,
        count(manifest_objects.key) as objects_count
    from newest_manifests
    left join meta.manifest_objects using (manifest_seq)
    group by 1, 2, 3, 4, 5
),

-- A skipped layer took no time: the last try that really built it counts.
last_tries as (
    select run_id, layer, max(attempt) as attempt
    from meta.task_runs
    where layer is not null and status = 'SUCCEEDED'
    group by run_id, layer
),

spent as (
    select
        last_tries.run_id, last_tries.layer, last_tries.attempt,
        sum(task_runs.seconds) as seconds,
        sum(task_runs.cpu_seconds) as cpu_seconds,
        sum(task_runs.rows_out)::bigint as rows,
        sum(task_runs.bytes)::bigint as bytes,
        max(task_runs.finished_at) as finished_at
    from last_tries
    join meta.task_runs using (run_id, layer, attempt)
    where task_runs.status = 'SUCCEEDED'
    group by 1, 2, 3
)

select
    run_id, layer, spent.attempt, stored.build_id,
    case when stored.objects_count > 0 then stored.rows else coalesce(spent.rows, stored.rows) end as rows,
    case when stored.objects_count > 0 then stored.bytes else coalesce(spent.bytes, stored.bytes) end as bytes,
    stored.objects_count, spent.seconds, spent.cpu_seconds, spent.finished_at, stored.committed_at
from stored
full join spent using (run_id, layer);

-- One row a run, attempt and layer: the last try of the layer in that attempt. While it goes on,
-- rows, bytes, done and total are what it has reported so far.
create or replace view meta.layer_tries as
select distinct on (run_id, attempt, layer)
    run_id, attempt, layer, status, started_at, finished_at,
    coalesce(seconds, extract(epoch from clock_timestamp() - started_at)) as seconds,
    cpu_seconds, rows_in, rows_out as rows, bytes,
    (detail ->> 'done')::bigint as done_count,
    (detail ->> 'total')::bigint as total_count,
    coalesce(finished_at, (detail ->> 'progress_at')::timestamptz, started_at) as progress_at,
    coalesce(finished_at, updated_at) as heartbeat_at
from meta.task_runs
where layer is not null
order by run_id, attempt, layer, task_run_id desc;

-- One row a run and reason: the lines that could not enter bronze. The one place of SQL that reads the
-- counts of a bronze object: lake/manifest.py LineCounts.
create or replace view meta.quarantine_reasons as
select
    newest_manifests.run_id, counted.reason,
    sum(counted.lines::bigint)::bigint as lines_count
from (
    -- Rows of a delivered table that did not become a case are counted in raw.
    select distinct on (run_id, layer) run_id, manifest_seq
    from meta.manifest_index
    where layer in ('raw', 'bronze')
    order by run_id asc, layer asc, effective_seq desc
) as newest_manifests
join meta.manifest_objects using (manifest_seq)
cross join jsonb_each_text(manifest_objects.counts -> 'quarantined') as counted (reason, lines)
group by 1, 2;

-- One row a layer: the objects that builds in force name, and those that only superseded ones do.
create or replace view meta.lake_size as
with newest as (
    select distinct on (run_id, layer) manifest_seq
    from meta.manifest_index
    order by run_id, layer, effective_seq desc
),

objects as (
    select
        manifest_index.layer, manifest_objects.key,
        max(manifest_objects.size) as size,
        max(manifest_index.effective_seq) as effective_seq,
        bool_or(newest.manifest_seq is not null) as is_current
    from meta.manifest_objects
    join meta.manifest_index using (manifest_seq)
    left join newest using (manifest_seq)
    group by 1, 2
),

counted as (
    select
        objects.layer, objects.size,
        -- What a publication was made of stays: people may go back to it.
        objects.is_current
        or exists (select from meta.batches where batches.object_key = objects.key) as is_current
    from objects
    left join meta.collected_objects
        on collected_objects.key = objects.key
            and collected_objects.effective_seq >= objects.effective_seq
    where collected_objects.key is null
)

select
    layer,
    count(*) filter (where is_current) as objects_count,
    coalesce(sum(size) filter (where is_current), 0)::bigint as bytes,
    count(*) filter (where not is_current) as superseded_count,
    coalesce(sum(size) filter (where not is_current), 0)::bigint as superseded_bytes
from counted
group by layer;

comment on view meta.layer_runs is
'One row a run and layer: rows and bytes of its newest manifest, seconds of the try that built it.';
comment on column meta.layer_runs.attempt is 'The last try of the run that built the layer.';
comment on column meta.layer_runs.rows is 'Rows of the layer.';
comment on column meta.layer_runs.bytes is 'Bytes of its objects.';
comment on column meta.layer_runs.objects_count is 'How many objects; null where there is no manifest.';
comment on column meta.layer_runs.seconds is 'Wall-clock seconds of the try.';
comment on column meta.layer_runs.cpu_seconds is 'CPU seconds of the try, children included.';
comment on column meta.layer_runs.finished_at is 'When the try ended, UTC.';
comment on view meta.layer_tries is 'One row a run, attempt and layer: its last try, also while it goes on.';
comment on column meta.layer_tries.attempt is 'Which try of the run.';
comment on column meta.layer_tries.status is 'RUNNING, SUCCEEDED, SKIPPED, FAILED or CANCELLED.';
comment on column meta.layer_tries.started_at is 'When the try began, UTC.';
comment on column meta.layer_tries.finished_at is 'When it ended, UTC; null while it goes on.';
comment on column meta.layer_tries.seconds is 'Wall-clock seconds; so far, while it goes on.';
comment on column meta.layer_tries.cpu_seconds is 'CPU seconds, children included; null while it goes on.';
comment on column meta.layer_tries.rows_in is 'Rows that the layer reads; null while it goes on.';
comment on column meta.layer_tries.rows is 'Rows made; so far, while it goes on.';
comment on column meta.layer_tries.bytes is 'Bytes made; so far, while it goes on.';
comment on column meta.layer_tries.done_count is 'Objects or dbt nodes done so far; null when it has ended.';
comment on column meta.layer_tries.total_count is 'Objects or dbt nodes in all; null when it has ended.';
comment on column meta.layer_tries.progress_at is 'When it last reported something new, UTC.';
comment on column meta.layer_tries.heartbeat_at is 'When its process last wrote to the row, UTC.';
comment on view meta.quarantine_reasons is 'One row a run and reason: how many raw lines went to quarantine for it.';
comment on column meta.quarantine_reasons.run_id is 'The run whose raw lines these were.';
comment on column meta.quarantine_reasons.reason is 'Reason code; a line has exactly one.';
comment on column meta.quarantine_reasons.lines_count is 'Lines in quarantine for the reason.';
comment on view meta.lake_size is 'One row a layer: its objects in the bucket, and those that wait for collection.';
comment on column meta.lake_size.objects_count is 'Objects that count.';
comment on column meta.lake_size.bytes is 'Bytes of these.';
comment on column meta.lake_size.superseded_count is 'Objects that only superseded builds name.';
comment on column meta.lake_size.superseded_bytes is 'Bytes of these.';
