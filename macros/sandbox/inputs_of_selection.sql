{#- The seeds and models that the selection reads and does not build. It looks through models that nobody
    commits, as create_inputs() does, which makes them from what they read. Of seeds all: a test may read
    one that no ref() names. -#}
{% macro inputs_of_selection() -%}
    {%- set waiting, found = [], [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.unique_id in selected_resources and 'serving' not in node.tags -%}
            {%- do waiting.append(node) -%}
            {%- if node.resource_type == 'model' -%}{%- do waiting.append(graph.nodes['model.pqr_lakehouse.' ~ node.schema ~ '_touched']) -%}{%- endif -%}
        {%- elif node.resource_type == 'seed' -%}
            {%- do found.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in waiting -%}
        {%- for id in [node.unique_id] + node.depends_on.get('nodes', []) if id.startswith('model.') and id not in selected_resources and id not in found -%}
            {%- do found.append(id) -%}
            {%- if not graph.nodes[id].config.meta.partition -%}{%- do waiting.append(graph.nodes[id]) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
