{#- Rows of landing into their table. Landing may hold rows of an older run when its own build
    failed, so only batches that are pending count. An identity is written once, for all batches. -#}
{% macro serving_insert(relation, sql, is_identity) -%}
    {%- set columns = model.columns.values() | map(attribute='name') | join(', ') -%}
    insert into {{ relation }} ({{ columns }})
    select {{ columns }}
    from (
        {{ sql }}
    ) as landed
    {%- if is_identity %}
    on conflict do nothing
    {%- elif is_pqr_run() %}
    where batch_id in ({{ pending_batch_ids() }})
    {%- endif %}
{%- endmacro %}
