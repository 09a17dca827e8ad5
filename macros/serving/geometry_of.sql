{#- GeoJSON as a geometry in WGS 84 where PostGIS is installed, else as it is. -#}
{% macro geometry_of(geojson) -%}
    {%- if has_postgis() -%} st_setsrid(st_geomfromgeojson({{ geojson }}), 4326)
    {%- else -%} {{ geojson }}
    {%- endif -%}
{%- endmacro %}
