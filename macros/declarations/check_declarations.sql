{#- Before every invocation: raises one error with a line for every declaration that is missing, unknown or
    names what is not there: file, model, field, and the way out. What is declared and not understood would
    be left out in silence, or end in an error of SQL when layers before it are committed. -#}
{% macro check_declarations() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set wrong = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- set found = [] -%}
        {%- if node.resource_type in ('model', 'seed') -%}
            {#- A key that is not known is the cause of what is missing. -#}
            {%- set found = wrong_names(node) + (wrong_keys(node) or wrong_references(node)) -%}
        {%- elif node.resource_type == 'test' and (node.config.meta or node.attached_node and node.test_metadata.name in ('every_day_has_its_grid', 'grain_is_unique')) -%}
            {%- set found = wrong_test(node) -%}
        {%- endif -%}
        {%- for field, reason in found -%}
            {%- do wrong.append((node.patch_path or node.original_file_path).split('://')[-1] ~ ": " ~ node.name ~ ": " ~ field ~ ": " ~ reason) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do wrong.extend(wrong_files()) -%}
    {%- if wrong -%}
        {{ exceptions.raise_compiler_error("Wrong declarations (" ~ wrong | length ~ "):\n" ~ wrong | join("\n")) }}
    {%- endif -%}
{%- endmacro %}
