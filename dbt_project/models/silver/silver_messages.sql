-- Grain: one row per message.

with events as (
    select * from {{ ref('silver_events') }}
    where event_type = 'MESSAGE_ADDED'
),

final as (
    select
        day,
        event_id as message_id,
        ticket_id,
        ts,
        role,
        text,
        text_len
    from events
)

select * from final
-- Its files are cut by day: in this order each is read without the others.
order by day
