{#- business_day_index of the business day in which a position of business time is reached. The end
    of a day belongs to that day: 15 business days are over when the fifteenth is. -#}
{% macro business_day_of(position) -%}
    ({{ position }} + 86399) // 86400
{%- endmacro %}
