{#- The batches that runs are landing: the only rows of a serving table that may be written. -#}
{% macro pending_batch_ids() -%}
    select batch_id from meta.batches where landed_at is null
{%- endmacro %}
