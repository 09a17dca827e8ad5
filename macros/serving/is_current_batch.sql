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
