{#- True inside a run of pqr, false in the sandbox (plain dbt): only pqr commits and publishes. -#}
{% macro is_pqr_run() -%}
    {{ return(env_var('PQR_LAYER', '') != '') }}
{%- endmacro %}
