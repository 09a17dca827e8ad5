-- Grain: one row per case, as its events leave it. No column depends on the day of the build.

with cases as (
    select * from {{ ref('silver_cases') }}
),

terms as (
    select * from {{ ref('silver_sla_terms') }}
),

status_events as (
    select * from {{ ref('silver_status_events') }}
),

extensions as (
    select
        ticket_id,
        count(*) filter (where is_valid) as extensions_count,
        cast(coalesce(sum(business_days) filter (where is_valid), 0) as integer) as extended_days,
        max(sla_due_at) filter (where is_valid) as due_at,
        max(sla_due_day) filter (where is_valid) as due_day,
        max(ts) as last_event_at
    from {{ ref('silver_term_extensions') }}
    group by ticket_id
),

conversations as (
    select * from {{ ref('silver_conversations') }}
),

lives as (
    select
        ticket_id,
        max_by(
            {
                'status': status_to,
                'since': ts,
                'elapsed': sla_elapsed_seconds,
                'term': sla_seconds,
                'due_at': sla_due_at,
                'due_day': sla_due_day,
                'office': dependencia_id,
                'agent': agent_id
            },
            change_no
        ) filter (where is_valid) as now,
        max(ts) filter (where is_valid and status_to = 'CLOSED') as last_closing_at,
        min(ts) filter (where is_valid and status_to = 'RESPONDED') as first_responded_at,
        min(ts) filter (where is_valid and status_to = 'ASSIGNED') as first_assigned_at,
        max_by(outcome, change_no) filter (where is_valid and status_to = 'RESPONDED') as outcome,
        count(*) filter (where is_handoff) as handoffs_count,
        count(*) filter (where is_valid and status_to = 'CLOSED') as closings_count,
        count(*) filter (where is_valid and status_to = 'REOPENED') as reopen_count,
        count(*) filter (where is_valid and status_to = 'ON_HOLD') as hold_count,
        coalesce(
            sum(state_business_seconds) filter (where is_valid and status_from = 'ON_HOLD'), 0
        ) as on_hold_seconds,
        count(*) filter (where not is_valid) as invalid_transitions_count,
        max(ts) as last_event_at
    from status_events
    group by ticket_id
),

final as (
    select
        strftime(cases.created_day, '%Y-%m') as month,
        cases.created_day,
        cases.ticket_id,
        cases.external_id,
        cases.source_channel,
        cases.pqrs_type,
        cases.subtype,
        cases.priority,
        cases.geo_id,
        cases.region,
        cases.department,
        cases.municipio,
        cases.petitioner_is_anonymous,
        cases.petitioner_kind,
        cases.created_at,
        terms.radicated_at,
        terms.radicated_day,
        coalesce(lives.now.status, 'RECEIVED') as current_status,
        coalesce(lives.now.since, cases.created_at) as status_since_at,
        conversations.first_response_at,
        conversations.second_response_at,
        lives.first_assigned_at,
        lives.first_responded_at,
        if(lives.now.status in ('CLOSED', 'ARCHIVED'), lives.last_closing_at, null) as closed_at,
        terms.sla_policy_id,
        terms.stops_at as sla_stops_at,
        -- The due instant of a case never moves back: the latest is the last.
        terms.sla_days + coalesce(extensions.extended_days, 0) as sla_days,
        coalesce(extensions.extended_days, 0) as extended_days,
        coalesce(extensions.extensions_count, 0) as extensions_count,
        terms.sla_first_day,
        lives.now.elapsed as sla_elapsed_seconds,
        greatest(lives.now.due_at, extensions.due_at) as sla_due_at,
        greatest(lives.now.due_day, extensions.due_day) as sla_due_day,
        coalesce(
            lives.now.status in ('CLOSED', 'ARCHIVED') and lives.now.elapsed > lives.now.term,
            false
        ) as is_late,
        lives.outcome,
        lives.now.office as dependencia_id,
        lives.now.agent as agent_id,
        coalesce(lives.handoffs_count, 0) as handoffs_count,
        coalesce(
            lives.now.status in ('CLOSED', 'ARCHIVED')
            and lives.reopen_count = 0
            and conversations.agent_messages_count = 1,
            false
        ) as is_one_touch,
        coalesce(lives.closings_count, 0) as closings_count,
        coalesce(lives.reopen_count, 0) as reopen_count,
        coalesce(lives.hold_count, 0) as hold_count,
        cast(coalesce(lives.on_hold_seconds, 0) as bigint) as on_hold_seconds,
        coalesce(lives.invalid_transitions_count, 0) as invalid_transitions_count,
        coalesce(conversations.messages_count, 0) as messages_count,
        coalesce(conversations.agent_messages_count, 0) as agent_messages_count,
        coalesce(conversations.attachments_count, 0) as attachments_count,
        greatest(
            cases.created_at,
            lives.last_event_at,
            extensions.last_event_at,
            conversations.last_event_at
        ) as last_event_at
    from cases
    left join terms on cases.ticket_id = terms.ticket_id
    left join lives on cases.ticket_id = lives.ticket_id
    left join extensions on cases.ticket_id = extensions.ticket_id
    left join conversations on cases.ticket_id = conversations.ticket_id
)

select * from final
