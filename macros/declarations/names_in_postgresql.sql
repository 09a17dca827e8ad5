{#- The names that PostgreSQL gets of a dataset, as served_table and add_serving_keys() make them. One that is
    too long is cut in silence: a key then has the name of its table, or of another key, and an index that has
    the name of another one is not made. Returns [(field, name)], the longest of the model's name alone. -#}
{% macro names_in_postgresql(dataset, served, columns) -%}
    {%- set made = [served.alias ~ '_batch_id_fk'] -%}
    {%- for identity in identities() -%}
        {%- for column in identity.columns if column in columns -%}
            {%- do made.append(served.alias ~ '_' ~ column ~ '_fk') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set longest = namespace(name='') -%}
    {%- for name in made if name | length > longest.name | length -%}
        {%- set longest.name = name -%}
    {%- endfor -%}
    {%- set names = [('name', longest.name)] -%}
    {%- for index in dataset.config.meta.serving.get('indexes', []) -%}
        {%- do names.append(('config.meta.serving.indexes.' ~ index.name, served.alias ~ '_' ~ index.name)) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
