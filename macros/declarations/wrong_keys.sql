{#- The keys of config.meta that nobody reads, and values of another kind. Returns [(field, reason)]. -#}
{% macro wrong_keys(node) -%}
    {%- set known = known_keys(node) -%}
    {%- set wrong = wrong_values(node.config.get('meta', {}), known, 'config.meta') -%}
    {%- for key in known if key in node.config -%}
        {%- do wrong.append(('config.' ~ key, "stands too high: write it under config.meta")) -%}
    {%- endfor -%}
    {%- for column in node.columns.values() if column.meta -%}
        {%- do wrong.extend(wrong_values(column.meta, {}, 'columns.' ~ column.name ~ '.meta')) -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}
