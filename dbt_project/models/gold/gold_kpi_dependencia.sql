-- Grain: one row per day and office that holds or works on a case; unassigned on every day.

with days as (
    select * from {{ ref('gold_days') }}
),

spans as (
    select * from {{ ref('gold_status_spans') }}
),

flows as (
    select * from {{ ref('gold_office_days') }}
),

offices as (
    select dependencia_id from flows
    union
    select dependencia_id from spans
    union
    select 'unassigned' as dependencia_id
),

open_spans as (
    select * from spans
    where is_open
),

pressing_spans as (
    select * from spans
    where first_pressing_day is not null
),

overdue_spans as (
    select * from spans
    where first_overdue_day is not null
),

open_changes as (
    {{ stretch_changes('open_spans', 'first_day', ['dependencia_id'], {'opened_count': '1'}) }}
),

pressing_changes as (
    {{ stretch_changes(
        'pressing_spans', 'first_pressing_day', ['dependencia_id'], {'pressing_count': '1'}
    ) }}
),

overdue_changes as (
    {{ stretch_changes(
        'overdue_spans', 'first_overdue_day', ['dependencia_id'], {'overdue_count': '1'}
    ) }}
),

counted as (
    select
        days.day,
        offices.dependencia_id,
        flows.received_count is not null as is_at_work,
        coalesce(flows.received_count, 0) as received_count,
        coalesce(flows.assigned_count, 0) as assigned_count,
        coalesce(flows.answered_count, 0) as answered_count,
        coalesce(flows.closings_count, 0) as closings_count,
        {{ running_total('open_changes.opened_count', ['dependencia_id']) }} as open_count,
        {{ running_total('pressing_changes.pressing_count', ['dependencia_id']) }}
            as pressing_count,
        {{ running_total('overdue_changes.overdue_count', ['dependencia_id']) }} as overdue_count,
        coalesce(flows.handoffs_count, 0) as handoffs_count,
        coalesce(flows.agents_count, 0) as agents_count,
        coalesce(flows.one_touch_count, 0) as one_touch_count,
        flows.avg_hours_unassigned,
        flows.avg_business_days_unassigned,
        flows.avg_hours_waiting_citizen,
        flows.avg_business_days_waiting_citizen,
        flows.avg_hours_waiting_entity,
        flows.avg_business_days_waiting_entity
    from days
    cross join offices
    left join flows using (day, dependencia_id)
    left join open_changes using (day, dependencia_id)
    left join pressing_changes using (day, dependencia_id)
    left join overdue_changes using (day, dependencia_id)
),

final as (
    select
        day,
        dependencia_id,
        received_count,
        assigned_count,
        answered_count,
        closings_count,
        open_count,
        pressing_count - overdue_count as at_risk_count,
        overdue_count,
        handoffs_count,
        agents_count,
        one_touch_count,
        {{ pct('one_touch_count', 'closings_count') }} as one_touch_pct,
        avg_hours_unassigned,
        avg_business_days_unassigned,
        avg_hours_waiting_citizen,
        avg_business_days_waiting_citizen,
        avg_hours_waiting_entity,
        avg_business_days_waiting_entity
    from counted
    where dependencia_id = 'unassigned' or is_at_work or open_count > 0
)

select * from final
