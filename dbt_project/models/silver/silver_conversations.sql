-- Grain: one row per case with a message or an attachment.

with cases as (
    select * from {{ ref('silver_cases') }}
),

messages as (
    select * from {{ ref('silver_messages') }}
),

attachments as (
    select * from {{ ref('silver_attachments') }}
),

spoken as (
    select
        messages.ticket_id,
        -- A message sent before the case existed answers nothing.
        min(messages.ts, 2) filter (
            where
            messages.role = 'agent'
            and (messages.ts, messages.message_id) > (cases.created_at, cases.created_event_id)
        ) as responses_at,
        count(*) filter (
            where
            messages.role = 'agent'
            and (messages.ts, messages.message_id) > (cases.created_at, cases.created_event_id)
        ) as agent_messages_count,
        count(*) as messages_count,
        max(messages.ts) as last_event_at
    from messages
    inner join cases on messages.ticket_id = cases.ticket_id
    group by messages.ticket_id
),

files as (
    select
        ticket_id,
        count(*) as attachments_count,
        max(ts) as last_event_at
    from attachments
    group by ticket_id
),

final as (
    select
        ticket_id,
        spoken.responses_at[1] as first_response_at,
        spoken.responses_at[2] as second_response_at,
        coalesce(spoken.agent_messages_count, 0) as agent_messages_count,
        coalesce(spoken.messages_count, 0) as messages_count,
        coalesce(files.attachments_count, 0) as attachments_count,
        greatest(spoken.last_event_at, files.last_event_at) as last_event_at
    from spoken
    full join files using (ticket_id)
)

select * from final
