{#- After a run of pqr that declares: which tables and views it made are not declared any more. The
    publication drops them: orchestration/publication/retired.py. -#}
{% macro mark_undeclared() -%}
    {%- if execute and target.type == 'postgres' and is_pqr_run() and flags.WHICH in ('build', 'run')
        and env_var('PQR_ROWS_ALONE', '') != 'true' -%}
        {%- set declared = "schema_name || '.' || relation_name in ('" ~ declared_relations() | join("', '") ~ "')" %}
        update meta.served_relations set is_declared = not is_declared
        where is_declared <> ({{ declared }});
        commit;
    {%- endif -%}
{%- endmacro %}
