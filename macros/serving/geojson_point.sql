{#- A point as GeoJSON: what maps read where PostGIS is not installed. Only PostgreSQL builds it. -#}
{% macro geojson_point(longitude, latitude) -%}
    jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array({{ longitude }}, {{ latitude }}))
{%- endmacro %}
