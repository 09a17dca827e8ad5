-- A valid transition is one of those that the state machine has.
{{ config(tags=['silver']) }}

with allowed as (
    select * from {{ ref('dim_status_transition') }}
)

select
    event_id,
    status_from,
    status_to
from {{ ref('silver_status_events') }}
anti join allowed using (status_from, status_to)
where is_valid
