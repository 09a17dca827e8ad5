{#- Share of `part` in `whole`, 0 to 100 with two decimals, half up. Null when `whole` is 0. -#}
{% macro pct(part, whole) -%}
    {{ rounded_ratio('100 * cast(' ~ part ~ ' as hugeint)', whole, 5) }}
{%- endmacro %}
