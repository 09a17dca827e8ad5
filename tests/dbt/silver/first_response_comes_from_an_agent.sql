-- A first response before the creation, or none although an agent wrote, would bend a KPI.
{{ config(tags=['silver']) }}

with answers as (
    select
        messages.ticket_id,
        min(messages.ts) as first_at
    from {{ ref('silver_messages') }} as messages
    inner join {{ ref('silver_tickets') }} as tickets on messages.ticket_id = tickets.ticket_id
    where messages.role = 'agent' and messages.ts > tickets.created_at
    group by messages.ticket_id
)

select
    tickets.ticket_id,
    tickets.first_response_at,
    answers.first_at
from {{ ref('silver_tickets') }} as tickets
left join answers on tickets.ticket_id = answers.ticket_id
where
    tickets.first_response_at < tickets.created_at
    or (answers.first_at is not null and tickets.first_response_at is null)
    or tickets.first_response_at > answers.first_at
