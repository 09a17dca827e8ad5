-- Grain: one row per batch and policy, first day, type and subtype.
select
    batch_id,
    policy_id,
    valid_from,
    valid_to,
    pqrs_type,
    coalesce(subtype, '') as subtype,
    cast(business_days as integer) as business_days,
    stops_at,
    cast(cutoff_hour as integer) as cutoff_hour,
    legal_basis
from {{ ref('publish_dim_sla_policy') }}
