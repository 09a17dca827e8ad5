-- Grain: one row per batch and kind.
select
    batch_id,
    type_id,
    name,
    sla_business_days
from {{ ref('publish_dim_pqrs_type') }}
