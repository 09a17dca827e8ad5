-- Grain: one row per message.
{{ config(materialized='published_view', schema='core', meta={'private_columns': ['text']}) }}

with messages as (
    {{ published_rows('serving_messages') }}
),

roles as (
    {{ published_rows('serving_dim_role') }}
)

select
    messages.message_id,
    messages.ticket_id,
    messages.ts,
    messages.role,
    roles.name as role_name,
    messages.text,
    messages.text_len
from messages
left join roles on messages.role = roles.role_id
