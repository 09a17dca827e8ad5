-- Grain: one row per batch and channel.
select
    batch_id,
    channel_id,
    name
from {{ ref('publish_dim_channel') }}
