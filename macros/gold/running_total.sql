{#- The total at the end of a day of what stretch_changes() gives. Needs a row for every day. -#}
{% macro running_total(change, keys) -%}
    cast(
        sum(coalesce({{ change }}, 0)) over (
            partition by {{ keys | join(', ') }} order by day rows unbounded preceding
        ) as bigint
    )
{%- endmacro %}
