{#- Fails with the rows of the declared grain (meta.grain) that occur more than once. -#}
{% test grain_is_unique(model) %}
{%- set grain = declaration_of(model).grain | join(', ') %}
select
    {{ grain }},
    count(*) as rows_count
from {{ model }}
group by {{ grain }}
having count(*) > 1
{% endtest %}
