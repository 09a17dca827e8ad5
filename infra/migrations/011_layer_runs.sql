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
        newest_manifests.run_id,
        newest_manifests.layer,
        newest_manifests.build_id,
        newest_manifests.rows,
        newest_manifests.committed_at,
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
        last_tries.run_id,
        last_tries.layer,
        last_tries.attempt,
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
    run_id,
    layer,
    spent.attempt,
    stored.build_id,
    case when stored.objects_count > 0 then stored.rows else coalesce(spent.rows, stored.rows) end as rows,
    case when stored.objects_count > 0 then stored.bytes else coalesce(spent.bytes, stored.bytes) end as bytes,
    stored.objects_count,
    spent.seconds,
    spent.cpu_seconds,
    spent.finished_at,
    stored.committed_at
from stored
full join spent using (run_id, layer);
