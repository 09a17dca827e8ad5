-- Grain: one row per batch and day, type and region.
select
    batch_id,
    day,
    pqrs_type,
    region,
    cast(backlog_count as integer) as backlog_count,
    cast(backlog_count_avg_7d as numeric(12, 2)) as backlog_count_avg_7d,
    cast(backlog_count_change_1d as integer) as backlog_count_change_1d,
    cast(backlog_count_change_7d as integer) as backlog_count_change_7d
from {{ ref('publish_kpi_backlog') }}
