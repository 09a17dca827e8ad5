-- Grain: one row per day and municipality: the five KPIs where they happen.

with places as (
    select * from {{ ref('dim_geo') }}
),

municipalities as (
    select geo_id from places
),

days as (
    select * from {{ ref('gold_days') }}
),

spans as (
    select * from {{ ref('gold_status_spans') }}
),

tickets as (
    select * from {{ ref('silver_tickets') }}
),

closings as (
    select * from {{ ref('gold_closings') }}
),

responses as (
    select * from {{ ref('gold_first_responses') }}
),

{{ kpis_by('municipalities', ['geo_id']) }},

final as (
    select
        kpis.day,
        places.region,
        places.department,
        places.municipio,
        kpis.* exclude (day)
    from kpis
    inner join places on kpis.geo_id = places.geo_id
)

select * from final
-- Its files are cut by day: in this order each is read without the others.
order by day
