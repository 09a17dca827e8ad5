-- The counts by reason stand with the bronze object that they were taken out of.
create or replace view meta.quarantine_reasons as
select
    newest_manifests.run_id,
    substr(counted.name, length('quarantined:') + 1) as reason,
    sum(counted.lines::bigint)::bigint as lines_count
from (
    select distinct on (run_id) run_id, manifest_seq
    from meta.manifest_index
    where layer = 'bronze'
    order by run_id, manifest_seq desc
) as newest_manifests
join meta.manifest_objects using (manifest_seq)
cross join jsonb_each_text(manifest_objects.counts) as counted (name, lines)
where starts_with(counted.name, 'quarantined:')
group by 1, 2;
