{#- The terms of the late-risk model and, of each, the level of an open case as text: SQL over the columns of
    gold_open_cases. Training reads them from here too. A level without a weight counts as the average. -#}
{% macro late_risk_terms() -%}
    {{ return({
        'remaining_days': "coalesce(cast(least((sla_days * 86400 - sla_elapsed_seconds) // 86400, 15) as varchar), 'none')",
        'used_tenths': "coalesce(cast(least(sla_elapsed_seconds * 10 // (sla_days * 86400), 9) as varchar), 'none')",
        'age_days': "cast(least(age_business_days, 15) as varchar)",
        'status': "status",
        'pqrs_type': "pqrs_type",
        'priority': "priority",
        'channel': "channel",
        'office': "dependencia_id",
        'office_half_weeks': "coalesce(cast(least(office_open_count * 2 // nullif(office_closings_count, 0), 8) as varchar), 'none')",
        'holds': "cast(least(hold_count, 2) as varchar)",
        'reopenings': "cast(least(reopen_count, 2) as varchar)",
    }) }}
{%- endmacro %}
