-- Grain: one row per message.
{{ config(materialized='published_view', schema='core', meta={'private_columns': ['text']}) }}

with messages as (
    {{ published_rows('serving_messages') }}
),

roles as (
    {{ published_rows('serving_dim_role') }}
),

named as (
    {{ published_rows('serving_message_entities') }}
),

judged as (
    {{ published_rows('serving_preclassification') }}
)

select
    messages.message_id,
    messages.ticket_id,
    messages.ts,
    messages.role,
    roles.name as role_name,
    messages.text,
    messages.text_len,
    -- Readers see a text only where it is known to have been looked through: something was found in
    -- it, or models judged it. A scalar, so that who does not select it does not pay for it.
    (
        select
            case
                when
                    count(*) > 0
                    or messages.message_id in (
                        select judged.message_id from judged
                        where judged.ticket_id = messages.ticket_id
                    )
                    then coalesce(
                        left(messages.text, min(spans.start_at) filter (where spans.is_personal))
                        || string_agg(
                            spans.value
                            || substr(
                                messages.text,
                                spans.end_at + 1,
                                greatest(spans.next_at - spans.end_at, 0)
                            ),
                            '' order by spans.start_at
                        ) filter (where spans.is_personal),
                        -- Of a longer text the rest was not looked through.
                        left(messages.text, 20000)
                    )
            end
        from (
            select
                found.*,
                lead(found.start_at, 1, 20000) over (
                    partition by found.is_personal order by found.start_at
                ) as next_at
            from (
                select
                    named.start_at,
                    named.end_at,
                    named.value,
                    named.kind in ('email', 'nit', 'phone', 'document', 'person') as is_personal
                from named
                where
                    named.ticket_id = messages.ticket_id
                    and named.message_id = messages.message_id
            ) as found
        ) as spans
    ) as masked_text
from messages
left join roles on messages.role = roles.role_id
