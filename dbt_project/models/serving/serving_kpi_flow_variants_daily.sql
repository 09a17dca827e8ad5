-- Grain: one row per batch and day, type and variant.
select
    batch_id,
    day,
    pqrs_type,
    variant,
    cast(transitions_count as integer) as transitions_count,
    cast(holds_count as integer) as holds_count,
    cast(reopenings_count as integer) as reopenings_count,
    is_rework,
    cast(closings_count as integer) as closings_count,
    cast(within_sla_count as integer) as within_sla_count,
    cast(nonconforming_count as integer) as nonconforming_count,
    cast(avg_hours_to_close as numeric(12, 2)) as avg_hours_to_close,
    cast(median_hours_to_close as numeric(12, 2)) as median_hours_to_close,
    cast(p90_hours_to_close as numeric(12, 2)) as p90_hours_to_close
from {{ ref('publish_kpi_flow_variants') }}
