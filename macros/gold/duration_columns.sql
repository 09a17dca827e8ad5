{#- Mean, median and 90th percentile of a duration as columns with two decimals, in units of so many of
    what it is counted in: calendar hours of microseconds, business days of 86400 business seconds.
    Quantiles are of the nearest rank: always a value that occurred. Both are asked for in one list, since
    DuckDB keeps all values for each call. -#}
{% macro duration_columns(duration, noun, unit=3600000000) -%}
    {{ rounded_ratio('sum(' ~ duration ~ ')', unit ~ ' * count(' ~ duration ~ ')') }} as avg_{{ noun }},
    {{ rounded_ratio('quantile_disc(' ~ duration ~ ', [0.5, 0.9])[1]', unit) }} as median_{{ noun }},
    {{ rounded_ratio('quantile_disc(' ~ duration ~ ', [0.5, 0.9])[2]', unit) }} as p90_{{ noun }}
{%- endmacro %}
