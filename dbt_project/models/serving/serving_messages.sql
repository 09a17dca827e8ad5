-- Grain: one row per batch and message.
select
    batch_id,
    cast(message_id as uuid) as message_id,
    cast(ticket_id as uuid) as ticket_id,
    ts,
    role,
    text,
    cast(text_len as integer) as text_len,
    day
from {{ ref('publish_messages') }}
