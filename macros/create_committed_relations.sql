{#- A committed layer under the names of its models, so that ref() reads what was committed and the next
    layer builds alone. What models tagged `reader` read is a table: the bucket is read once, not once
    a model. -#}
{% macro create_committed_relations(world_id, layer, reader='') -%}
    {%- set read = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and reader in node.tags -%}
        {%- do read.extend(node.depends_on.nodes) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'lake' and layer in node.tags -%}
        {%- set kind = 'table' if node.unique_id in read else 'view' -%}
        {%- do create_committed_relation(world_id, layer, node, kind) -%}
    {%- endfor -%}
{%- endmacro %}
