{#- The rows of a serving table that the current publication names; in the sandbox all of them. -#}
{% macro published_rows(model_name) -%}
    select * from {{ ref(model_name) }}
    {%- if is_pqr_run() %}
    where batch_id in (
        select publication_batches.batch_id
        from {{ source('meta', 'publication_batches') }} as publication_batches
        join {{ source('meta', 'current_publication') }} as current_publication using (publication_id)
        where publication_batches.dataset = '{{ model_name | replace("serving_", "") | replace("_daily", "") }}'
    )
    {%- endif %}
{%- endmacro %}
