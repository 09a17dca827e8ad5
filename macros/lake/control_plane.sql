{#- A query that PostgreSQL answers itself, as a DuckDB table function. -#}
{% macro control_plane(query) -%}
    postgres_query('control_plane', '{{ query | replace("'", "''") }}')
{%- endmacro %}
