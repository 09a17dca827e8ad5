{#- A condition: the batch is one that people see. The pointer is a scalar, so that the planner knows
    that there is one: as a join it guessed hundreds.

    Cases come in a batch a month, so theirs are an array: of a subquery PostgreSQL guesses that few
    rows have such a batch, and joins thousands of cases in nested loops. KPIs come in a batch a day,
    and hundreds of batches are a join. -#}
{% macro is_current_batch(column, dataset, in_few_batches) -%}
    {%- set batches -%}
        select publication_batches.batch_id
        from meta.publication_batches
        where publication_batches.dataset = '{{ dataset }}'
            and publication_batches.publication_id = (
                select current_publication.publication_id from meta.current_publication
            )
    {%- endset -%}
    {%- if in_few_batches -%} {{ column }} = any(array({{ batches }}))
    {%- else -%} {{ column }} in ({{ batches }})
    {%- endif -%}
{%- endmacro %}
