-- Grain: one row per batch and change of state.
select
    batch_id,
    cast(event_id as uuid) as event_id,
    cast(ticket_id as uuid) as ticket_id,
    ts,
    status_from,
    status_to,
    actor_role,
    day,
    cast(change_no as integer) as change_no,
    is_valid,
    cast(state_seconds as bigint) as state_seconds,
    cast(state_business_seconds as bigint) as state_business_seconds,
    cast(sla_elapsed_seconds as bigint) as sla_elapsed_seconds,
    sla_due_at,
    is_within_sla
from {{ ref('publish_status_events') }}
