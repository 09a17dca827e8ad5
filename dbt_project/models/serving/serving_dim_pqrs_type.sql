-- Grain: one row per batch and kind.
select
    batch_id,
    type_id,
    name,
    cast(sla_business_days as integer) as sla_business_days
from {{ ref('publish_dim_pqrs_type') }}
