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
