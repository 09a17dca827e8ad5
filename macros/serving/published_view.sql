{#- A view over published rows that never goes missing: replaced in place, described, granted. -#}
{% materialization published_view, adapter='postgres' %}
    {%- set view = this.incorporate(type='view') -%}
    {%- set columns = model.columns.values() | list -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%} set local lock_timeout = '30s' {%- endcall -%}
    {%- do replace_view(view, sql) -%}
    {%- do describe_relation(view, model.description, columns) -%}
    {%- do grant_view(view, columns, config.get('meta', {}).get('private_columns', [])) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [view]}) }}
{% endmaterialization %}
