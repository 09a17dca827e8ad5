{#- One running_total() for each measure, as columns. -#}
{% macro running_totals(changes, measures, keys) -%}
    {%- for measure in measures %}
    {{ running_total(changes ~ '.' ~ measure, keys) }} as {{ measure }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
