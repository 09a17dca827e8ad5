-- Grain: one row per municipality, as a place on a map.
{{ config(materialized='published_view', schema='silver') }}
{#- In WGS 84 where PostGIS is installed, else the text of the GeoJSON. #}
{%- set text = 'municipalities.geometry' %}
{%- set shape = "st_setsrid(st_geomfromgeojson(" ~ text ~ "), 4326)" if has_postgis() else text %}

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
    {{ shape }} as geometry
from municipalities
