{#- The owner of the sandbox, from USER: part of a bucket path and of schema names, so it is checked. -#}
{% macro sandbox_user() -%}
    {%- set user = env_var('USER', '') or 'local' -%}
    {%- if not modules.re.fullmatch('[a-z0-9_][a-z0-9_-]{0,30}', user) -%}
        {{ exceptions.raise_compiler_error(
            "USER=" ~ user ~ " cannot name a sandbox: use 1 to 31 of a-z, 0-9, _ and -."
            ~ " Set it for this command: USER=me dbt build"
        ) }}
    {%- endif -%}
    {{ return(user) }}
{%- endmacro %}
