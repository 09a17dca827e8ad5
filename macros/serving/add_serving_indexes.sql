{#- The indexes that the dataset's serving block lists, each with the question it serves as its comment; spatial
    ones only where PostGIS is installed. -#}
{% macro add_serving_indexes(relation, serving) -%}
    {%- set has_gist = has_postgis() -%}
    {%- for index in serving.get('indexes', []) if index.get('using') != 'gist' or has_gist -%}
        {%- set name = relation.identifier ~ '_' ~ index.name -%}
        {%- do run_query(
            "create index if not exists " ~ name ~ " on " ~ relation
            ~ (" using " ~ index.using if index.using else "") ~ " (" ~ index.columns | join(', ') ~ ")"
            ~ (" include (" ~ index.include | join(', ') ~ ")" if index.include else "")
            ~ (" where " ~ index.where if index.where else "")
        ) -%}
        {%- do run_query(
            "comment on index " ~ relation.without_identifier().include(database=false) ~ "." ~ name
            ~ " is '" ~ index.serves | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}
