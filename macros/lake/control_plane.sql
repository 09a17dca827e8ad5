{#- A query that PostgreSQL answers itself, as a DuckDB table function. -#}
{% macro control_plane(query) -%}
    postgres_query('{{ env_var("PQR_POSTGRES_DB", "pqr_lakehouse") }}', '{{ query | replace("'", "''") }}')
{%- endmacro %}
