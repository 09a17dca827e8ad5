-- Grain: one row per channel_id, of all batches. Only ever added to.
select distinct channel_id
from {{ ref('publish_dim_channel') }}
