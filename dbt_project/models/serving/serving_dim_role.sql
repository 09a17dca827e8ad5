-- Grain: one row per batch and role.
select
    batch_id,
    role_id,
    name
from {{ ref('publish_dim_role') }}
