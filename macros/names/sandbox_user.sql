{#- The name of the sandbox: PQR_SANDBOX, or else the user of the operating system. It is part of a bucket
    path and of schema names, so it is checked. Two checkouts of one user, with one bucket, need two names. -#}
{% macro sandbox_user() -%}
    {%- set chosen = env_var('PQR_SANDBOX', '') -%}
    {%- set user = chosen or env_var('USER', '') or 'local' -%}
    {%- if not modules.re.fullmatch('[a-z0-9_][a-z0-9_-]{0,30}', user) -%}
        {{ exceptions.raise_compiler_error(
            ("PQR_SANDBOX=" if chosen else "USER=") ~ user ~ " cannot name a sandbox: use 1 to 31 of a-z, 0-9, _ and -."
            ~ " Set it for this command: PQR_SANDBOX=me dbt build"
        ) }}
    {%- endif -%}
    {{ return(user) }}
{%- endmacro %}
