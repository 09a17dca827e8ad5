{#- Where the lake materialization writes: the staging folder of a run, or the sandbox in the bucket. -#}
{% macro lake_root() -%}
    {%- set sandbox = 's3://' ~ env_var('PQR_BUCKET', 'pqr-lakehouse') ~ '/dev/' ~ sandbox_user() -%}
    {{ return(env_var('PQR_LAKE_ROOT', '') or sandbox) }}
{%- endmacro %}
