{#- True where PostGIS is installed in the database: geometries then are geometries, else GeoJSON. -#}
{% macro has_postgis() -%}
    {%- if not execute or target.type != 'postgres' -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query("select to_regtype('geometry') is not null").rows[0][0]) }}
{%- endmacro %}
