{#- What a serving model (served_table) is on the lake target: nothing. A selection such as gold_kpi_volume+
    reaches it, and PostgreSQL builds it with `dbt build --target serving`. -#}
{% materialization served_table, adapter='duckdb' %}
    {{ log(model.name ~ ": nothing to do here, `dbt build --target serving` builds it", info=True) }}
    {%- call statement('main') -%} select 1 {%- endcall -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}
