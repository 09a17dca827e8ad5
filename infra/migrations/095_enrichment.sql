-- What models said of a day counts as long as the bronze of that day is what they read. A delivery that
-- replaces lines of the day, committed while enrichment was off, must not be answered for by what was
-- said of other lines, nor be masked where other texts named somebody.
create or replace view meta.current_enrichment as
with manifests as (
    select objects.*, manifest_index.manifest_seq, manifest_index.manifest_sha256
    from meta.committed_objects as objects
    join meta.manifest_index using (run_id, layer, build_id)
    where objects.layer in ('bronze', 'enrichment')
),

unread as (
    select said.key
    from manifests as said
    join manifests as bronze
        on said.world_id = bronze.world_id and right(said.partition, 10) = right(bronze.partition, 10)
    left join meta.manifest_inputs as inputs
        on
            said.manifest_seq = inputs.manifest_seq
            and bronze.manifest_sha256 = inputs.input_manifest_sha256
    where
        said.layer = 'enrichment'
        and bronze.layer = 'bronze'
        and bronze.dataset = 'pqrs_events'
        and inputs.manifest_seq is null
)

select world_id, dataset, partition, run_id, key, size, sha256, rows
from manifests
where layer = 'enrichment' and key not in (select unread.key from unread);

comment on view meta.current_enrichment is
'The objects of enrichment that count and whose models read the bronze that counts.';
