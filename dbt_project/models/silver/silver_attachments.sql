-- Grain: one row per attachment.
-- depends_on: {{ ref('silver_touched') }}

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
