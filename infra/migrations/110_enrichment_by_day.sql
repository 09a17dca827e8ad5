-- The bronze of each day beside what was said of it, in one pass. As a join of both it compared every
-- object with every other: the work grew with the square of a world's days.
create or replace view meta.current_enrichment as
with objects as (
    select
        committed_objects.*,
        manifest_index.manifest_seq,
        array_agg(manifest_index.manifest_sha256) filter (where dataset = 'pqrs_events')
            over (partition by committed_objects.world_id, right(partition, 10)) as bronze_of_day
    from meta.committed_objects
    join meta.manifest_index using (run_id, layer, build_id)
    where layer = 'enrichment' or (layer = 'bronze' and dataset = 'pqrs_events')
)

select world_id, dataset, partition, run_id, key, size, sha256, rows
from objects
where
    layer = 'enrichment'
    and coalesce(bronze_of_day, '{}') <@ array(
        select inputs.input_manifest_sha256
        from meta.manifest_inputs as inputs
        where inputs.manifest_seq = objects.manifest_seq
    );
