{#- A test with a key that nobody reads, or that reads a key which its model does not declare. Returns
    [(field, reason)]. -#}
{% macro wrong_test(node) -%}
    {%- set read = {'every_day_has_its_grid': 'grid', 'grain_is_unique': 'grain'}.get(node.get('test_metadata', {}).get('name')) -%}
    {%- set tested = graph.nodes.get(node.attached_node) if read else none -%}
    {%- if tested and not tested.config.meta.get(read) and not wrong_keys(tested) -%}
        {{ return([(
            'data_tests', node.test_metadata.name ~ " reads config.meta." ~ read ~ " of " ~ tested.name
            ~ ", which is missing: declare it, or take the test out"
        )]) }}
    {%- endif -%}
    {{ return(wrong_values(node.config.meta, known_keys(node), 'config.meta') if node.config.meta else []) }}
{%- endmacro %}
