{#- The batches of a dataset that people see. The pointer is a scalar, so that the planner knows that
    there is one: as a join it guessed hundreds, and a view over three of them took minutes. -#}
{% macro current_batches(dataset) -%}
    select publication_batches.batch_id
    from meta.publication_batches
    where publication_batches.dataset = '{{ dataset }}'
        and publication_batches.publication_id = (
            select current_publication.publication_id from meta.current_publication
        )
{%- endmacro %}
