-- Grain: one row per role_id, of all batches. Only ever added to.
select distinct role_id
from {{ ref('publish_dim_role') }}
