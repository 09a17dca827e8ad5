-- Grain: one row per case, with what its creation says. Nothing here ever changes.

with creations as (
    select * from {{ ref('silver_events') }}
    where event_type = 'TICKET_CREATED'
),

municipalities as (
    select * from {{ ref('dim_geo') }}
),

-- A name that two municipalities of a region share cannot tell them apart.
unambiguous_names as (
    select
        region,
        municipio,
        min(geo_id) as geo_id
    from municipalities
    group by region, municipio
    having count(*) = 1
),

located as (
    select
        creations.*,
        coalesce(by_code.geo_id, unambiguous_names.geo_id) as geo_id
    from creations
    left join municipalities as by_code on creations.geo_code = by_code.geo_id
    left join unambiguous_names
        on
            creations.geo_region = unambiguous_names.region
            and creations.geo_municipio = unambiguous_names.municipio
),

final as (
    select
        located.ticket_id,
        located.event_id as created_event_id,
        located.external_id,
        located.source_channel,
        located.pqrs_type,
        located.subtype,
        located.priority,
        located.geo_id,
        municipalities.region,
        municipalities.department,
        municipalities.municipio,
        located.petitioner_is_anonymous,
        located.petitioner_kind,
        located.ts as created_at,
        located.day as created_day
    from located
    left join municipalities on located.geo_id = municipalities.geo_id
)

select * from final
