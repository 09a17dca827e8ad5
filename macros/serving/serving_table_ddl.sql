{#- An empty table with the columns, defaults and checks of the contract; keys and references come
    after the rows (add_serving_keys). -#}
{% macro serving_table_ddl(relation) -%}
    {%- set checks = model.constraints | selectattr('type', 'equalto', 'check') | list -%}
    {%- set parts = adapter.render_raw_columns_constraints(raw_columns=model.columns)
        + adapter.render_raw_model_constraints(raw_constraints=checks) -%}
    create table {{ relation }} (
        {{ parts | join(',\n        ') }}
    )
{%- endmacro %}
