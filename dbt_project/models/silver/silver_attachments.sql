-- Grain: one row per attachment.

with events as (
    select * from {{ ref('silver_events') }}
    where event_type = 'ATTACHMENT_ADDED'
),

final as (
    select
        day,
        event_id as attachment_id,
        ticket_id,
        ts,
        file_type,
        size_kb,
        source_channel
    from events
)

select * from final
