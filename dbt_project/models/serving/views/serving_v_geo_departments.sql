-- Grain: one row per department, as an area on a map with its figures of the last published day.
{{ config(materialized='published_view', schema='silver') }}
{#- In WGS 84 where PostGIS is installed, else the text of the GeoJSON. #}
{%- set text = 'departments.geometry' %}
{%- set shape = "st_setsrid(st_geomfromgeojson(" ~ text ~ "), 4326)" if has_postgis() else text %}

with departments as (
    {{ published_rows('serving_dim_department') }}
),

figures as (
    {{ published_rows('serving_kpi_department_daily') }}
),

as_of as (
    {{ as_of_day() }}
)

select
    departments.dane_department_code,
    departments.department,
    as_of.day as as_of_day,
    figures.backlog_count,
    figures.overdue_count,
    {{ shape }} as geometry
from departments
cross join as_of
left join figures
    on departments.dane_department_code = figures.dane_department_code and as_of.day = figures.day
