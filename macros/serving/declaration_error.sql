{#- Stops with the file and the field of a declaration that cannot be served, and the reason. -#}
{% macro declaration_error(node, field, reason) -%}
    {%- set file = (node.patch_path or node.original_file_path).split('://')[-1] -%}
    {{ exceptions.raise_compiler_error(file ~ ": " ~ node.name ~ ": " ~ field ~ ": " ~ reason) }}
{%- endmacro %}
