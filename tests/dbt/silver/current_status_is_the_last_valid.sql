-- A case stands in the state that its last valid transition entered.
{{ config(tags=['silver']) }}

with last_states as (
    select
        ticket_id,
        max_by(status_to, change_no) as last_status
    from {{ ref('silver_status_events') }}
    where is_valid
    group by ticket_id
)

select
    tickets.ticket_id,
    tickets.current_status,
    last_states.last_status
from {{ ref('silver_tickets') }} as tickets
left join last_states on tickets.ticket_id = last_states.ticket_id
where coalesce(last_states.last_status, 'RECEIVED') <> tickets.current_status
