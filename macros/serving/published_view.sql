{#- A view over published rows that never goes missing: replaced in place, described, granted.

    On the lake target it does nothing: a selection such as gold_kpi_volume+ reaches it, and PostgreSQL
    builds it with `dbt build --target serving`. -#}
{% materialization published_view, default %}
    {%- if target.type == 'duckdb' -%}
        {{ log(model.name ~ ": nothing to do here, `dbt build --target serving` builds it", info=True) }}
        {%- call statement('main') -%} select 1 {%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set view = this.incorporate(type='view') -%}
    {%- set columns = model.columns.values() | list -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%} set local lock_timeout = '30s' {%- endcall -%}
    {%- do replace_view(view, sql, columns, config.get('meta', {}).get('private_columns', [])) -%}
    {%- do describe_relation(view, model.description, columns) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [view]}) }}
{% endmaterialization %}
