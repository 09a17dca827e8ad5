-- Grain: one row per batch and municipality.
select
    batch_id,
    geo_id,
    region,
    department,
    dane_department_code,
    municipio,
    dane_municipality_code,
    cast(latitude as numeric(9, 5)) as latitude,
    cast(longitude as numeric(9, 5)) as longitude,
    cast(population as integer) as population,
    {{ geojson_point('longitude', 'latitude') }} as geometry
from {{ ref('publish_dim_geo') }}
