-- Grain: one row per batch and attachment.
select
    batch_id,
    cast(attachment_id as uuid) as attachment_id,
    cast(ticket_id as uuid) as ticket_id,
    ts,
    file_type,
    cast(size_kb as integer) as size_kb,
    source_channel,
    day
from {{ ref('publish_attachments') }}
