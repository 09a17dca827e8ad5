{#- True where plain dbt builds or tests tables of its DuckDB file: where prepare_lake() gives it inputs. -#}
{% macro is_sandbox_build() -%}
    {{ return(execute and target.type == 'duckdb' and not is_pqr_run() and flags.WHICH in ('build', 'run', 'test')) }}
{%- endmacro %}
