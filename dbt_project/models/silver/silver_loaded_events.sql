-- Grain: one row per line of committed bronze. The layer's one read of the bucket.
{{ config(materialized='table') }}

with events as (
    select * from {{ source('bronze', 'pqrs_events') }}
),

final as (
    select
        cast(event_id as uuid) as event_id,
        cast(ticket_id as uuid) as ticket_id,
        event_type,
        ts,
        {{ local_day('ts') }} as day,
        source,
        day as object_day,
        line_no,
        data.external_id,
        data.source_channel,
        data.pqrs_type,
        data.subtype,
        data.priority,
        data.geo_region,
        data.geo_municipio,
        data.geo_code,
        data.role,
        data.text,
        data.text_len,
        data.status_from,
        data.status_to,
        data.actor_role,
        data.file_type,
        data.size_kb
    from events
)

select * from final
