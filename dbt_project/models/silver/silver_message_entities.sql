-- Grain: one row per message and first character of what it names.

with named as (
    select * from {{ source('enrichment', 'message_entities') }}
),

messages as (
    select * from {{ ref('silver_events') }}
    where event_type = 'MESSAGE_ADDED' and role = 'citizen'
),

final as (
    select
        messages.day,
        messages.ticket_id,
        messages.event_id as message_id,
        cast(named.start_at as integer) as start_at,
        cast(named.end_at as integer) as end_at,
        named.kind,
        named.value,
        named.geo_id,
        named.join_key
    from messages
    inner join named
        on
            messages.source = named.source
            and messages.object_day = named.day
            and messages.line_no = named.line_no
)

select * from final
