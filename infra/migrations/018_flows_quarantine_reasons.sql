-- The one place of SQL that reads the counts of a bronze object: lake/manifest.py LineCounts.
create or replace view meta.quarantine_reasons as
select
    newest_manifests.run_id,
    counted.reason,
    sum(counted.lines::bigint)::bigint as lines_count
from (
    select distinct on (run_id)
        run_id,
        manifest_seq
    from meta.manifest_index
    where layer = 'bronze'
    order by run_id asc, effective_seq desc
) as newest_manifests
join meta.manifest_objects using (manifest_seq)
cross join jsonb_each_text(manifest_objects.counts -> 'quarantined') as counted (reason, lines)
group by 1, 2;
