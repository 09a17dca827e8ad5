{#- The meta of the model or seed behind a relation: what its yml declares (grain, grid, partition, ...).
    Before anything is executed dbt knows no graph: a grain of one column stands in. -#}
{% macro declaration_of(relation) -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type in ('model', 'seed') -%}
        {%- if node.schema == relation.schema and (node.alias or node.name) == relation.identifier -%}
            {{ return(node.config.meta) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return({'grain': ['1'], 'grid': {}}) }}
{%- endmacro %}
