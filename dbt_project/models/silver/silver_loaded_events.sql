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
        data.external_id as external_id,
        data.source_channel as source_channel,
        data.pqrs_type as pqrs_type,
        data.subtype as subtype,
        data.priority as priority,
        data.geo_region as geo_region,
        data.geo_municipio as geo_municipio,
        data.geo_code as geo_code,
        data.role as role,
        data.text as text,
        data.text_len as text_len,
        data.status_from as status_from,
        data.status_to as status_to,
        data.actor_role as actor_role,
        data.file_type as file_type,
        data.size_kb as size_kb
    from events
)

select * from final
