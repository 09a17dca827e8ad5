{#- Columns that the contract has and the table has not. They may be null: batches that landed
    before the column existed stay as they are. -#}
{% macro add_new_columns(relation) -%}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for column in model.columns.values() if column.name not in present -%}
        {%- do run_query("alter table " ~ relation ~ " add column " ~ column.name ~ " " ~ column.data_type) -%}
    {%- endfor -%}
{%- endmacro %}
