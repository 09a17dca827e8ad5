{#- Views of a committed layer under the names of its models, so that ref() reads what was committed
    and the next layer builds alone. -#}
{% macro create_committed_views(world_id, layer) -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'lake' and layer in node.tags -%}
        {%- do create_committed_view(world_id, layer, node) -%}
    {%- endfor -%}
{%- endmacro %}
