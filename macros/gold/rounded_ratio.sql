{#- part / whole to two decimals, half up, in whole numbers: the same at any thread count, on any
    machine. Null when whole is 0. Neither may be negative. -#}
{% macro rounded_ratio(part, whole, precision=12) -%}
    cast(
        cast(
            (200 * cast({{ part }} as hugeint) + ({{ whole }}))
            // (2 * cast(nullif({{ whole }}, 0) as hugeint))
            as decimal(18, 0)
        ) * 0.01 as decimal({{ precision }}, 2)
    )
{%- endmacro %}

{#- Share of `part` in `whole`, 0 to 100 with two decimals, half up. Null when `whole` is 0. -#}
{% macro pct(part, whole) -%}
    {{ rounded_ratio('100 * cast(' ~ part ~ ' as hugeint)', whole, 5) }}
{%- endmacro %}
