-- Grain: one row per batch and day, channel and type.
select
    batch_id,
    day,
    channel,
    pqrs_type,
    cast(tickets_count as integer) as tickets_count,
    cast(tickets_count_avg_7d as numeric(12, 2)) as tickets_count_avg_7d,
    cast(tickets_count_change_1d as integer) as tickets_count_change_1d,
    cast(tickets_count_change_7d as integer) as tickets_count_change_7d
from {{ ref('publish_kpi_volume') }}
