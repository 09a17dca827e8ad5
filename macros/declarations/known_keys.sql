{#- The keys that config.meta may have, each with a value of its kind: a text, a flag, a list or a map. The
    key '*' stands for any, and none for any value. See docs/how-to/add-a-kpi.md. -#}
{% macro known_keys(node) -%}
    {%- set dataset = {
        'grain': [''], 'order': [''], 'partition': '', 'touched': '', 'grid': {'*': none}, 'grid_grows': true,
        'serving': {
            'schema': '',
            'indexes': [{'name': '', 'columns': [''], 'include': [''], 'using': '', 'where': '', 'serves': ''}],
            'private_columns': [''], 'hidden_columns': [''], 'has_row_security': true, 'partitions': '',
            'types': {'*': ''},
        },
    } -%}
    {%- if node.resource_type == 'test' -%}
        {{ return({'check_name': '', 'dataset': '', 'serving': true}) }}
    {%- elif node.resource_type == 'seed' -%}
        {{ return({'grain': dataset.grain, 'serving': dataset.serving}) }}
    {%- elif node.config.materialized == 'served_table' -%}
        {{ return({}) }}
    {%- elif node.config.materialized == 'published_view' -%}
        {{ return({'private_columns': ['']}) }}
    {%- endif -%}
    {{ return(dataset) }}
{%- endmacro %}
