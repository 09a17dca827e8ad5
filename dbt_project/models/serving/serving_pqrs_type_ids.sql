-- Grain: one row per type_id, of all batches. Only ever added to.
select distinct type_id
from {{ ref('publish_dim_pqrs_type') }}
