-- Grain: one row per day and case that is open at its end.

with cases as (
    select * from {{ ref('gold_open_cases') }}
),

weights as (
    select
        *,
        -- Orders the terms of a case by weight, and finds the row of the list again.
        abs(weight) * 1000 + row_number() over (order by term, level) as importance
    from {{ ref('late_risk_weights') }}
),

reasons as (
    select
        importance,
        term || ' ' || level || format(' ({:+.2f})', weight / 1000) as reason
    from weights
),

scored as (
    {{ late_risk_scores('cases', 'weights') }}
),

final as (
    select
        scored.day,
        scored.ticket_id,
        scored.channel,
        scored.pqrs_type,
        scored.priority,
        scored.region,
        scored.geo_id,
        scored.dependencia_id,
        scored.status,
        scored.created_day,
        scored.age_business_days,
        scored.sla_days,
        scored.sla_elapsed_seconds,
        scored.sla_due_day,
        scored.is_overdue,
        scored.is_at_risk,
        scored.hold_count,
        scored.reopen_count,
        scored.office_open_count,
        scored.office_closings_count,
        -- A case whose term is over ends late whatever happens.
        cast(
            if(scored.is_overdue, 1, round(1 / (1 + exp(-scored.log_odds / 1000)), 4))
            as decimal(5, 4)
        ) as late_risk,
        if(
            scored.is_overdue,
            'the term is over',
            concat_ws('; ', first_reasons.reason, second_reasons.reason)
        ) as late_risk_reasons,
        models.model_version as late_risk_version
    from scored
    inner join weights as models on models.term = 'intercept'
    left join reasons as first_reasons on scored.first_importance = first_reasons.importance
    left join reasons as second_reasons on scored.second_importance = second_reasons.importance
)

select * from final
