{#- The comments of a table or view and of its columns, as they are declared. -#}
{% macro describe_relation(relation, description, columns) -%}
    {%- set name = relation.include(database=false) -%}
    {%- set statements = [
        "comment on " ~ relation.type ~ " " ~ name ~ " is '" ~ description | trim | replace("'", "''") ~ "'"
    ] -%}
    {%- for column in columns -%}
        {%- do statements.append(
            "comment on column " ~ name ~ "." ~ adapter.quote(column.name) ~ " is '"
            ~ column.description | trim | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
    {%- do run_query(statements | join(';\n')) -%}
{%- endmacro %}
