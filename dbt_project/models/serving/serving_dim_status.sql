-- Grain: one row per batch and state.
select
    batch_id,
    status_id,
    name,
    is_terminal,
    sla_behavior
from {{ ref('publish_dim_status') }}
