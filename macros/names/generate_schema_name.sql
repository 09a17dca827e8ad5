{#- The schema of a node. A run of pqr uses the plain names; the sandbox writes PostgreSQL under
    dev_<user>_, and so does the serving target, so that a ref() has the same name on both engines.
    In DuckDB the sandbox has a file of its own, and needs no prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = (custom_schema_name or target.schema) | trim -%}
    {%- set is_in_postgres = name not in ['silver', 'gold', 'bronze', 'main'] or 'serving' in (node.fqn or []) -%}
    {%- if is_in_postgres and not is_pqr_run() -%}
        dev_{{ sandbox_user() | replace('-', '_') }}_{{ name }}
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}
