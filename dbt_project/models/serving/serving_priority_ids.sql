-- Grain: one row per priority_id, of all batches. Only ever added to.
select distinct priority_id
from {{ ref('publish_dim_priority') }}
