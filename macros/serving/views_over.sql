{#- The views of this project that read the model being built, through other views as well: each is
    built again after it. -#}
{% macro views_over() -%}
    {%- set views = graph.nodes.values() | selectattr('config.materialized', 'eq', 'published_view') | list -%}
    {%- set ids = [model.unique_id] -%}
    {%- set names = [] -%}
    {#- A chain is never longer than there are views. -#}
    {%- for _ in views -%}
        {%- for view in views if view.unique_id not in ids -%}
            {%- if view.depends_on.nodes | select('in', ids) | list -%}
                {%- do ids.append(view.unique_id) -%}
                {%- do names.append(view.schema ~ '.' ~ view.alias) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
