-- Grain: one row per batch and day and type.
select
    batch_id,
    day,
    pqrs_type,
    cast(closings_count as integer) as closings_count,
    cast(avg_hours_to_close as numeric(12, 2)) as avg_hours_to_close,
    cast(median_hours_to_close as numeric(12, 2)) as median_hours_to_close,
    cast(p90_hours_to_close as numeric(12, 2)) as p90_hours_to_close,
    cast(closings_count_avg_7d as numeric(12, 2)) as closings_count_avg_7d,
    cast(closings_count_change_1d as integer) as closings_count_change_1d,
    cast(closings_count_change_7d as integer) as closings_count_change_7d
from {{ ref('publish_kpi_close_time') }}
