-- Grain: one row per event that counts: each event_id once, of cases whose creation is known.
{{ config(materialized='view') }}

with events as (
    select * from {{ ref('silver_loaded_events') }}
),

rejected as (
    select * from {{ ref('silver_rejected_events') }}
),

final as (
    select events.*
    from events
    anti join rejected using (source, object_day, line_no)
)

select * from final
