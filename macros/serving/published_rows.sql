{#- The rows of a serving table that the current publication names; in the sandbox all of them. -#}
{% macro published_rows(model_name) -%}
    select * from {{ ref(model_name) }}
    {%- if is_pqr_run() %}
    where batch_id in (
        {{ current_batches(model_name | replace("serving_", "") | replace("_daily", "")) }}
    )
    {%- endif %}
{%- endmacro %}
