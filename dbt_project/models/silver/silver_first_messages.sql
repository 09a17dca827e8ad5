-- Grain: one row per case in which a citizen has written: the first message, with its raw line.

with messages as (
    select * from {{ ref('silver_events') }}
    where event_type = 'MESSAGE_ADDED' and role = 'citizen'
),

final as (
    select
        day,
        ticket_id,
        event_id as message_id,
        source,
        object_day,
        line_no
    from messages
    qualify row_number() over (partition by ticket_id order by ts, event_id) = 1
)

select * from final
