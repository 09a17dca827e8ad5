-- Grain: one row per event of a case, whatever its kind.
{{ config(materialized='published_view', schema='core') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

status_events as (
    {{ published_rows('serving_status_events') }}
),

messages as (
    {{ published_rows('serving_messages') }}
),

attachments as (
    {{ published_rows('serving_attachments') }}
),

extensions as (
    {{ published_rows('serving_term_extensions') }}
)

select
    -- The creation of a case has no event of its own in silver: the case stands for it.
    ticket_id as event_id,
    ticket_id,
    created_at as ts,
    'TICKET_CREATED' as event_type,
    null as status_from,
    'RECEIVED' as status_to,
    'citizen' as actor_role
from tickets
union all
select
    event_id,
    ticket_id,
    ts,
    'STATUS_CHANGED' as event_type,
    status_from,
    status_to,
    actor_role
from status_events
union all
select
    message_id as event_id,
    ticket_id,
    ts,
    'MESSAGE_ADDED' as event_type,
    null as status_from,
    null as status_to,
    role as actor_role
from messages
union all
select
    attachment_id as event_id,
    ticket_id,
    ts,
    'ATTACHMENT_ADDED' as event_type,
    null as status_from,
    null as status_to,
    null as actor_role
from attachments
union all
select
    event_id,
    ticket_id,
    ts,
    'TERM_EXTENDED' as event_type,
    null as status_from,
    null as status_to,
    null as actor_role
from extensions
