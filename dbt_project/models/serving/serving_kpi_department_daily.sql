-- Grain: one row per batch and day and department.
select
    batch_id,
    day,
    dane_department_code,
    department,
    cast(tickets_count as integer) as tickets_count,
    cast(backlog_count as integer) as backlog_count,
    cast(closings_count as integer) as closings_count,
    cast(within_sla_count as integer) as within_sla_count,
    cast(within_sla_pct as numeric(5, 2)) as within_sla_pct,
    cast(overdue_count as integer) as overdue_count,
    cast(avg_overdue_days as numeric(12, 2)) as avg_overdue_days,
    cast(responses_count as integer) as responses_count,
    cast(avg_hours_to_first_response as numeric(12, 2)) as avg_hours_to_first_response,
    cast(median_hours_to_first_response as numeric(12, 2)) as median_hours_to_first_response,
    cast(p90_hours_to_first_response as numeric(12, 2)) as p90_hours_to_first_response,
    cast(avg_hours_to_close as numeric(12, 2)) as avg_hours_to_close,
    cast(median_hours_to_close as numeric(12, 2)) as median_hours_to_close,
    cast(p90_hours_to_close as numeric(12, 2)) as p90_hours_to_close
from {{ ref('publish_kpi_department') }}
