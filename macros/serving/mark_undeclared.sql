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

{#- The names of all tables and views of PostgreSQL that the project declares, as schema.name. -#}
{% macro declared_relations() -%}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values() if node.config.materialized in ('served_table', 'published_view') -%}
        {%- do names.append(node.schema ~ '.' ~ node.alias) -%}
        {%- if node.config.materialized == 'served_table' -%}
            {%- set serving = graph.nodes[node.depends_on.nodes[0]].config.meta.serving -%}
            {%- do names.append(generate_schema_name(serving.schema, node) ~ '.' ~ node.alias) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
