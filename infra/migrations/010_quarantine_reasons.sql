-- The one place of SQL that reads the counts of a bronze object: lake/manifest.py LineCounts.
create or replace view meta.quarantine_reasons as
select
    newest_manifests.run_id,
    counted.reason,
    sum(counted.lines::bigint)::bigint as lines_count
from (
    -- Rows of a delivered table that did not become a case are counted in raw.
    select distinct on (run_id, layer)
        run_id,
        manifest_seq
    from meta.manifest_index
    where layer in ('raw', 'bronze')
    order by run_id asc, layer asc, effective_seq desc
) as newest_manifests
join meta.manifest_objects using (manifest_seq)
cross join jsonb_each_text(manifest_objects.counts -> 'quarantined') as counted (reason, lines)
group by 1, 2;
