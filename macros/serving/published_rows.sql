{#- The rows of a serving table that the current publication names; in the sandbox all of them. -#}
{% macro published_rows(model_name) -%}
    {%- set dataset = model_name | replace("serving_", "") | replace("_daily", "") -%}
    select * from {{ ref(model_name) }}
    {%- if is_pqr_run() %}
    where {{ is_current_batch('batch_id', dataset, as_array='kpi_' not in dataset) }}
    {%- endif %}
{%- endmacro %}
