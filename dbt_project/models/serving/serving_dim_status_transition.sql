-- Grain: one row per batch and pair of states.
select
    batch_id,
    status_from,
    status_to
from {{ ref('publish_dim_status_transition') }}
