-- PostgreSQL adds the point that maps read; PostGIS is not needed for it.
select
    served.*,
    jsonb_build_object(
        'type', 'Point', 'coordinates', jsonb_build_array(served.longitude, served.latitude)
    ) as geometry
from ({{ served('dim_geo') }}) as served
