{#- Adds to open cases the sum of the weights of their levels (log_odds, thousandths: of whole numbers, so that
    no order of adding changes it) and the importance of the two weightiest (first_importance and
    second_importance; null without one).

    `cases` is a CTE with the columns that late_risk_terms() names; `weights` one with term, level, weight
    and importance, a different number for each row, and one row of the term intercept. -#}
{% macro late_risk_scores(cases, weights) -%}
    {%- set terms = late_risk_terms() -%}
    with leveled as (
        select
            *,
            {%- for term, level in terms.items() %}
            {{ level }} as level_of_{{ term }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ cases }}
    ),

    weighed as (
        select
            leveled.*,
            {%- for term in terms %}
            {{ term }}_weights.importance as importance_of_{{ term }},
            {%- endfor %}
            intercepts.weight
            {%- for term in terms %}
            + coalesce({{ term }}_weights.weight, 0)
            {%- endfor %} as log_odds
        from leveled
        inner join {{ weights }} as intercepts on intercepts.term = 'intercept'
        {%- for term in terms %}
        left join {{ weights }} as {{ term }}_weights
            on leveled.level_of_{{ term }} = {{ term }}_weights.level and {{ term }}_weights.term = '{{ term }}'
        {%- endfor %}
    ),

    led as (
        select
            *,
            greatest(
                {%- for term in terms %}
                importance_of_{{ term }}{{ "," if not loop.last }}
                {%- endfor %}
            ) as first_importance
        from weighed
    )

    select
        *,
        greatest(
            {%- for term in terms %}
            nullif(importance_of_{{ term }}, first_importance){{ "," if not loop.last }}
            {%- endfor %}
        ) as second_importance
    from led
{%- endmacro %}
