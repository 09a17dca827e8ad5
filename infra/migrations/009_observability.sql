-- What monitoring may see without seeing the tables behind it.

-- One row a run and layer: what its newest manifest holds, and what the try that built it took.
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
    coalesce(stored.rows, spent.rows) as rows,
    coalesce(stored.bytes, spent.bytes) as bytes,
    stored.objects_count,
    spent.seconds,
    spent.cpu_seconds,
    spent.finished_at,
    stored.committed_at
from stored
full join spent using (run_id, layer);

-- One row a run and reason: the lines that could not enter bronze.
create or replace view meta.quarantine_reasons as
select
    newest_manifests.run_id,
    reasons.reason,
    sum(reasons.lines::bigint)::bigint as lines_count
from (
    select distinct on (run_id) run_id, manifest_seq
    from meta.manifest_index
    where layer = 'bronze'
    order by run_id, effective_seq desc
) as newest_manifests
join meta.manifest_objects using (manifest_seq)
cross join jsonb_each_text(manifest_objects.counts) as reasons (reason, lines)
where manifest_objects.dataset = 'quarantine'
group by 1, 2;

-- One row, or none before the first publication: what every view of silver, gold and core shows.
create or replace view meta.live_publication as
select
    publications.publication_id,
    publications.world_id,
    publications.run_id,
    publications.attempt,
    publications.status,
    publications.is_degraded,
    publications.first_day,
    publications.last_day,
    publications.published_at
from meta.current_publication
join meta.publications using (publication_id);

comment on view meta.layer_runs is
'One row a run and layer: rows and bytes of its newest manifest, seconds of the try that built it.';
comment on view meta.quarantine_reasons is
'One row a run and reason: how many raw lines went to quarantine for it.';
comment on view meta.live_publication is
'The publication that the views follow now; no row before the first one.';

do $$
declare
    item record;
begin
    for item in
        select * from (values
            ('layer_runs', 'run_id', 'The run: UUIDv5 of the world and the range of days.'),
            ('layer_runs', 'layer', 'Layer of the lake.'),
            ('layer_runs', 'attempt', 'The last try of the run that built the layer.'),
            ('layer_runs', 'build_id', 'Hash of the code and inputs behind the layer.'),
            ('layer_runs', 'rows', 'Rows of the layer.'),
            ('layer_runs', 'bytes', 'Bytes of its objects.'),
            ('layer_runs', 'objects_count', 'How many objects; null where there is no manifest.'),
            ('layer_runs', 'seconds', 'Wall-clock seconds of the try.'),
            ('layer_runs', 'cpu_seconds', 'CPU seconds of the try, children included.'),
            ('layer_runs', 'finished_at', 'When the try ended, UTC.'),
            ('layer_runs', 'committed_at', 'When the layer was committed, UTC.'),
            ('quarantine_reasons', 'run_id', 'The run whose raw lines these were.'),
            ('quarantine_reasons', 'reason', 'Reason code; a line has exactly one.'),
            ('quarantine_reasons', 'lines_count', 'Lines in quarantine for the reason.'),
            ('live_publication', 'publication_id', 'The publication.'),
            ('live_publication', 'world_id', 'The world that is shown.'),
            ('live_publication', 'run_id', 'The run that published.'),
            ('live_publication', 'attempt', 'The try that published.'),
            ('live_publication', 'status', 'PUBLISHED, or DEGRADED after a warning.'),
            ('live_publication', 'is_degraded', 'True when a check with severity warning failed.'),
            ('live_publication', 'first_day', 'First day of the world, Colombian calendar.'),
            ('live_publication', 'last_day', 'Last day shown, Colombian calendar.'),
            ('live_publication', 'published_at', 'When the publication was written, UTC.')
        ) as texts (view_name, column_name, comment_text)
    loop
        execute format(
            'comment on column meta.%I.%I is %L',
            item.view_name, item.column_name, item.comment_text
        );
    end loop;
end
$$;
