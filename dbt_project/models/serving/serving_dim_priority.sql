-- Grain: one row per batch and priority.
select
    batch_id,
    priority_id,
    name,
    cast(rank as integer) as rank
from {{ ref('publish_dim_priority') }}
