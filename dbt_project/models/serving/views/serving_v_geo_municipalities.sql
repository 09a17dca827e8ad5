-- Grain: one row per municipality, as a place on a map.
{{ config(materialized='published_view', schema='silver') }}

with municipalities as (
    {{ published_rows('serving_dim_geo') }}
)

select
    geo_id,
    region,
    department,
    dane_department_code,
    municipio,
    latitude,
    longitude,
    population,
    {{ geometry_of('geometry') }} as geometry
from municipalities
