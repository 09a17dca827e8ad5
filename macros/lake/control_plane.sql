{#- A query of the control plane as a table of DuckDB: PostgreSQL answers it itself, or, on a Dask worker,
    DuckDB from the copy in PQR_CONTROL_PLANE. -#}
{% macro control_plane(query) -%}
    {%- if env_var('PQR_CONTROL_PLANE', '') -%}
        ({{ query | replace(' meta.', ' control_plane.meta.') }})
    {%- else -%}
        postgres_query('control_plane', '{{ query | replace("'", "''") }}')
    {%- endif -%}
{%- endmacro %}
