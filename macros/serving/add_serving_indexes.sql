{#- The indexes that the model's meta lists, each with the question it serves as its comment. -#}
{% macro add_serving_indexes(relation) -%}
    {%- for index in config.get('meta', {}).get('indexes', []) -%}
        {%- set name = relation.identifier ~ '_' ~ index.name -%}
        {%- do run_query(
            "create index if not exists " ~ name ~ " on " ~ relation ~ " (" ~ index.columns | join(', ') ~ ")"
            ~ (" include (" ~ index.include | join(', ') ~ ")" if index.include else "")
            ~ (" where " ~ index.where if index.where else "")
        ) -%}
        {%- do run_query(
            "comment on index " ~ relation.without_identifier().include(database=false) ~ "." ~ name
            ~ " is '" ~ index.serves | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}
