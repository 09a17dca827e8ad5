{#- The rows of a serving table that the current publication names; in the sandbox all of them. -#}
{% macro published_rows(model_name) -%}
    {%- set dataset = model_name | replace("serving_", "") | replace("_daily", "") -%}
    select * from {{ ref(model_name) }}
    {%- if is_pqr_run() %}
    where {{ is_current_batch('batch_id', dataset, as_array='kpi_' not in dataset) }}
    {%- endif %}
{%- endmacro %}

{#- A condition: the batch is one that people see. The pointer is a scalar, so that the planner knows
    that there is one: as a join it guessed hundreds.

    The batches of cases and their events are an array: of a subquery PostgreSQL guesses that few rows
    have such a batch, and joins thousands of cases in nested loops. Those of KPIs are a join. -#}
{% macro is_current_batch(column, dataset, as_array) -%}
    {%- set batches -%}
        select publication_batches.batch_id
        from meta.publication_batches
        where publication_batches.dataset = '{{ dataset }}'
            and publication_batches.publication_id = (
                select current_publication.publication_id from meta.current_publication
            )
    {%- endset -%}
    {%- if as_array -%} {{ column }} = any(array({{ batches }}))
    {%- else -%} {{ column }} in ({{ batches }})
    {%- endif -%}
{%- endmacro %}

{#- The last day of the published run: what "now" means in a published view. In the sandbox, the
    last day with an event. -#}
{% macro as_of_day() -%}
    {%- if is_pqr_run() -%}
    select publications.last_day as day
    from {{ source('meta', 'publications') }} as publications
    where publications.publication_id = (
        select current_publication.publication_id
        from {{ source('meta', 'current_publication') }} as current_publication
    )
    {%- else -%}
    select max(day) as day from {{ ref('serving_status_events') }}
    {%- endif -%}
{%- endmacro %}
