-- Grain: one row per status_id, of all batches. Only ever added to.
select distinct status_id
from {{ ref('publish_dim_status') }}
