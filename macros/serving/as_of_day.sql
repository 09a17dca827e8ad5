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
