{#- The model's name without its layer: silver_tickets is silver.tickets and silver/tickets/. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set layer, _, noun = node.name.partition('_') -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- elif layer in ['silver', 'gold', 'serving', 'core'] -%}
        {{ noun }}
    {%- else -%}
        {{ node.name }}
    {%- endif -%}
{%- endmacro %}
