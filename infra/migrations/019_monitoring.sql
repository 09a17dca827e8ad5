-- What monitoring shows beside the results: the tries of each layer while they go on, and the lake.

-- Objects that `pqr gc` has removed although a manifest still names them: what remains of superseded
-- builds. A build that is taken up again later moves to the end of effective_seq, and counts again.
create table if not exists meta.collected_objects (
    key text primary key,
    effective_seq bigint not null,
    collected_at timestamptz not null default clock_timestamp()
);

-- One row a run, attempt and layer: the last try of the layer in that attempt. While it goes on,
-- rows, bytes, done and total are what it has reported so far.
create or replace view meta.layer_tries as
select distinct on (run_id, attempt, layer)
    run_id,
    attempt,
    layer,
    status,
    started_at,
    finished_at,
    coalesce(seconds, extract(epoch from clock_timestamp() - started_at)) as seconds,
    cpu_seconds,
    rows_in,
    rows_out as rows,
    bytes,
    (detail ->> 'done')::bigint as done_count,
    (detail ->> 'total')::bigint as total_count,
    coalesce(finished_at, (detail ->> 'progress_at')::timestamptz, started_at) as progress_at,
    coalesce(finished_at, updated_at) as heartbeat_at
from meta.task_runs
where layer is not null
order by run_id, attempt, layer, task_run_id desc;

-- One row a layer: the objects that builds in force name, and those that only superseded ones do.
create or replace view meta.lake_size as
with newest as (
    select distinct on (run_id, layer) manifest_seq
    from meta.manifest_index
    order by run_id, layer, effective_seq desc
),

objects as (
    select
        manifest_index.layer,
        manifest_objects.key,
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
        objects.layer,
        objects.size,
        -- What a publication was made of stays: people may go back to it.
        objects.is_current
        or exists (select from meta.batches where batches.object_key = objects.key) as is_current
    from objects
    left join meta.collected_objects
        on
            collected_objects.key = objects.key
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

comment on table meta.collected_objects is
'Objects of superseded builds that were removed from the bucket; their manifests stay.';
comment on view meta.layer_tries is
'One row a run, attempt and layer: its last try, also while it goes on.';
comment on view meta.lake_size is
'One row a layer: its objects in the bucket, and those that wait for collection.';

do $$
declare
    item record;
begin
    for item in
        select * from (values
            ('collected_objects', 'key', 'Key of the object in the bucket.'),
            ('collected_objects', 'effective_seq', 'How far the order of builds had come by then.'),
            ('collected_objects', 'collected_at', 'When it was removed, UTC.'),
            ('layer_tries', 'run_id', 'The run: UUIDv5 of the world and the range of days.'),
            ('layer_tries', 'attempt', 'Which try of the run.'),
            ('layer_tries', 'layer', 'Layer of the lake.'),
            ('layer_tries', 'status', 'RUNNING, SUCCEEDED, SKIPPED, FAILED or CANCELLED.'),
            ('layer_tries', 'started_at', 'When the try began, UTC.'),
            ('layer_tries', 'finished_at', 'When it ended, UTC; null while it goes on.'),
            ('layer_tries', 'seconds', 'Wall-clock seconds; so far, while it goes on.'),
            ('layer_tries', 'cpu_seconds', 'CPU seconds, children included; null while it goes on.'),
            ('layer_tries', 'rows_in', 'Rows that the layer reads; null while it goes on.'),
            ('layer_tries', 'rows', 'Rows made; so far, while it goes on.'),
            ('layer_tries', 'bytes', 'Bytes made; so far, while it goes on.'),
            ('layer_tries', 'done_count', 'Objects or dbt nodes done so far; null when it has ended.'),
            ('layer_tries', 'total_count', 'Objects or dbt nodes in all; null when it has ended.'),
            ('layer_tries', 'progress_at', 'When it last reported something new, UTC.'),
            ('layer_tries', 'heartbeat_at', 'When its process last wrote to the row, UTC.'),
            ('lake_size', 'layer', 'Layer of the lake.'),
            ('lake_size', 'objects_count', 'Objects that count.'),
            ('lake_size', 'bytes', 'Bytes of these.'),
            ('lake_size', 'superseded_count', 'Objects that only superseded builds name.'),
            ('lake_size', 'superseded_bytes', 'Bytes of these.')
        ) as texts (relation_name, column_name, comment_text)
    loop
        execute format(
            'comment on column meta.%I.%I is %L',
            item.relation_name, item.column_name, item.comment_text
        );
    end loop;
end
$$;
