{#- Mean, median and 90th percentile of a duration in microseconds, as columns in hours with two
    decimals. Quantiles are of the nearest rank: always a value that occurred. -#}
{% macro hours_columns(duration, noun) -%}
    {{ rounded_ratio('sum(' ~ duration ~ ')', '3600000000 * count(' ~ duration ~ ')') }} as avg_{{ noun }},
    {{ rounded_ratio('quantile_disc(' ~ duration ~ ', 0.5)', '3600000000') }} as median_{{ noun }},
    {{ rounded_ratio('quantile_disc(' ~ duration ~ ', 0.9)', '3600000000') }} as p90_{{ noun }}
{%- endmacro %}
