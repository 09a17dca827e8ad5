-- Grain: one row per day and office with something to count: what came, went and was waited for.

with tickets as (
    select * from {{ ref('silver_tickets') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

changes as (
    select
        *,
        coalesce(dependencia_id, 'unassigned') as office,
        coalesce(
            lag(dependencia_id) over (partition by ticket_id order by change_no), 'unassigned'
        ) as office_before
    from {{ ref('silver_status_events') }}
    where is_valid
),

moved as (
    select
        day,
        office as dependencia_id,
        count(*) filter (where office != office_before) as received_count,
        count(*) filter (where status_to = 'ASSIGNED') as assigned_count,
        count(*) filter (where status_to = 'RESPONDED') as answered_count,
        count(*) filter (where is_handoff) as handoffs_count,
        count(distinct agent_id) as agents_count
    from changes
    group by all
),

created as (
    select
        created_day as day,
        'unassigned' as dependencia_id,
        count(*) as created_count
    from tickets
    group by all
),

-- A case is assigned once: the states of a reopened one begin later.
assignments as (
    select
        changes.day,
        changes.office as dependencia_id,
        epoch_us(changes.ts) // 1000000 - epoch_us(tickets.radicated_at) // 1000000
            as unassigned_seconds,
        changes.business_seconds
        - ({{ business_seconds('tickets.radicated_at', 'radicated_days') }})
            as unassigned_business_seconds
    from changes
    inner join tickets on changes.ticket_id = tickets.ticket_id
    left join calendar as radicated_days
        on {{ local_day('tickets.radicated_at') }} = radicated_days.day
    where changes.status_to = 'ASSIGNED'
),

assigned as (
    select
        day,
        dependencia_id,
        {{ rounded_ratio('sum(unassigned_seconds)', '3600 * count(*)') }} as avg_hours_unassigned,
        {{ rounded_ratio('sum(unassigned_business_seconds)', '86400 * count(*)') }}
            as avg_business_days_unassigned
    from assignments
    group by all
),

closed as (
    select
        day,
        dependencia_id,
        count(*) as closings_count,
        count(*) filter (where is_one_touch) as one_touch_count,
        {{ rounded_ratio('sum(citizen_seconds)', '3600 * count(*)') }} as avg_hours_waiting_citizen,
        {{ rounded_ratio('sum(citizen_business_seconds)', '86400 * count(*)') }}
            as avg_business_days_waiting_citizen,
        {{ rounded_ratio('sum(entity_seconds)', '3600 * count(*)') }} as avg_hours_waiting_entity,
        {{ rounded_ratio('sum(entity_business_seconds)', '86400 * count(*)') }}
            as avg_business_days_waiting_entity
    from {{ ref('gold_closing_waits') }}
    group by all
),

final as (
    select
        day,
        dependencia_id,
        coalesce(moved.received_count, 0) + coalesce(created.created_count, 0) as received_count,
        coalesce(moved.assigned_count, 0) as assigned_count,
        coalesce(moved.answered_count, 0) as answered_count,
        coalesce(closed.closings_count, 0) as closings_count,
        coalesce(moved.handoffs_count, 0) as handoffs_count,
        coalesce(moved.agents_count, 0) as agents_count,
        coalesce(closed.one_touch_count, 0) as one_touch_count,
        assigned.avg_hours_unassigned,
        assigned.avg_business_days_unassigned,
        closed.avg_hours_waiting_citizen,
        closed.avg_business_days_waiting_citizen,
        closed.avg_hours_waiting_entity,
        closed.avg_business_days_waiting_entity
    from moved
    full join created using (day, dependencia_id)
    full join assigned using (day, dependencia_id)
    full join closed using (day, dependencia_id)
)

select * from final
