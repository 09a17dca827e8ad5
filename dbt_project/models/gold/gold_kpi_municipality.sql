-- Grain: one row per day and municipality: the five KPIs where they happen.

with places as (
    select * from {{ ref('dim_geo') }}
),

municipalities as (
    select geo_id from places
),

counted as (
    {{ kpis_by('municipalities', ['geo_id']) }}
),

final as (
    select
        counted.day,
        places.region,
        places.department,
        places.municipio,
        counted.* exclude (day)
    from counted
    inner join places on counted.geo_id = places.geo_id
)

select * from final
