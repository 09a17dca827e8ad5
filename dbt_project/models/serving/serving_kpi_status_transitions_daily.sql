-- Grain: one row per batch and day, type and transition.
select
    batch_id,
    day,
    pqrs_type,
    status_from,
    status_to,
    cast(transitions_count as integer) as transitions_count,
    cast(avg_hours_in_state as numeric(12, 2)) as avg_hours_in_state,
    cast(median_hours_in_state as numeric(12, 2)) as median_hours_in_state,
    cast(p90_hours_in_state as numeric(12, 2)) as p90_hours_in_state
from {{ ref('publish_kpi_status_transitions') }}
