{#- The sources of silver: views of the committed bronze events, named like their sources. -#}
{% macro create_bronze_views(world_id) -%}
    {%- for source in graph.sources.values() if source.schema == 'bronze' and source.name != 'world' -%}
        {%- do create_committed_view(world_id, 'bronze', source) -%}
    {%- endfor -%}
{%- endmacro %}
