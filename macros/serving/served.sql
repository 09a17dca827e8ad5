{#- A serving model: all columns of a declared dataset, in the types of PostgreSQL, of the batches that
    have landed. The reference to the lake's model keeps one lineage from bronze to serving. A key
    cannot be null: of a text column in the grain an absent value is served as the empty text. -#}
{% macro served(name) -%}
    {%- set parent = ref(name) -%}
    {%- if not execute or target.type != 'postgres' -%}
    select * from {{ parent }}
    {%- else -%}
    {%- set node = graph.nodes[model.depends_on.nodes[0]] -%}
    select
    {%- for column in served_columns(model) if not column.is_computed %}
        {%- set value = "coalesce(" ~ column.quoted ~ ", '')" if column.type == 'text' and column.name in node.config.meta.grain else column.quoted %}
        cast({{ value }} as {{ column.type }}) as {{ column.quoted }}{{ "," if not loop.last }}
    {%- endfor %}
    from {{ generate_schema_name('landing', model) }}.{{ adapter.quote(node.alias) }}
    {%- endif -%}
{%- endmacro %}
