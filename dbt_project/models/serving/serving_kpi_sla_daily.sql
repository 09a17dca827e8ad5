-- Grain: one row per batch and day and type.
select
    batch_id,
    day,
    pqrs_type,
    cast(closings_count as integer) as closings_count,
    cast(within_sla_count as integer) as within_sla_count,
    cast(within_sla_pct as numeric(5, 2)) as within_sla_pct,
    cast(overdue_count as integer) as overdue_count,
    cast(avg_overdue_days as numeric(12, 2)) as avg_overdue_days,
    cast(closings_count_avg_7d as numeric(12, 2)) as closings_count_avg_7d,
    cast(closings_count_change_1d as integer) as closings_count_change_1d,
    cast(closings_count_change_7d as integer) as closings_count_change_7d,
    cast(overdue_count_avg_7d as numeric(12, 2)) as overdue_count_avg_7d,
    cast(overdue_count_change_1d as integer) as overdue_count_change_1d,
    cast(overdue_count_change_7d as integer) as overdue_count_change_7d
from {{ ref('publish_kpi_sla') }}
