{#- The comments of the model on a view of it: relation and the given columns. -#}
{% macro describe_view(view, columns) -%}
    {%- set name = view.include(database=false) -%}
    {%- set statements = [
        "comment on view " ~ name ~ " is '" ~ model.description | trim | replace("'", "''") ~ "'"
    ] -%}
    {%- for column in columns -%}
        {%- do statements.append(
            "comment on column " ~ name ~ "." ~ column ~ " is '"
            ~ model.columns[column].description | trim | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
    {%- do run_query(statements | join(';\n')) -%}
{%- endmacro %}
