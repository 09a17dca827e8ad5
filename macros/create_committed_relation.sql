{#- One view or table over the objects of a dataset that count. -#}
{% macro create_committed_relation(world_id, layer, node, kind='view') -%}
    {%- set dataset = node.alias if node.resource_type == 'model' else node.identifier -%}
    {%- do create_relation_over(layer, node, committed_keys(world_id, layer, dataset), kind) -%}
{%- endmacro %}
