{#- The sources of silver: views of the committed bronze events, named like their sources. -#}
{% macro create_bronze_views(world_id) -%}
    {%- for source in graph.sources.values() if source.schema == 'bronze' and source.name != 'world' -%}
        {%- if carries_over() and source.name == 'pqrs_events' -%}
            {%- do create_touched_events_view(world_id, source) -%}
        {%- else -%}
            {%- do create_committed_relation(world_id, 'bronze', source) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
