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

messages as (
    select * from {{ ref('silver_messages') }}
),

attachments as (
    select * from {{ ref('silver_attachments') }}
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
                'due_day': sla_due_day
            },
            change_no
        ) filter (where is_valid) as now,
        max(ts) filter (where is_valid and status_to = 'CLOSED') as last_closing_at,
        min(ts) filter (where is_valid and status_to = 'RESPONDED') as first_responded_at,
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

conversations as (
    select
        messages.ticket_id,
        -- A message sent before the case existed answers nothing.
        min(messages.ts) filter (
            where
            messages.role = 'agent'
            and (messages.ts, messages.message_id) > (cases.created_at, cases.created_event_id)
        ) as first_response_at,
        count(*) as messages_count,
        max(messages.ts) as last_event_at
    from messages
    inner join cases on messages.ticket_id = cases.ticket_id
    group by messages.ticket_id
),

files as (
    select
        ticket_id,
        count(*) as attachments_count,
        max(ts) as last_event_at
    from attachments
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
        cases.created_at,
        terms.radicated_at,
        terms.radicated_day,
        coalesce(lives.now.status, 'RECEIVED') as current_status,
        coalesce(lives.now.since, cases.created_at) as status_since_at,
        conversations.first_response_at,
        lives.first_responded_at,
        if(lives.now.status in ('CLOSED', 'ARCHIVED'), lives.last_closing_at, null) as closed_at,
        terms.sla_policy_id,
        terms.stops_at as sla_stops_at,
        terms.sla_days,
        terms.sla_first_day,
        lives.now.elapsed as sla_elapsed_seconds,
        lives.now.due_at as sla_due_at,
        lives.now.due_day as sla_due_day,
        coalesce(
            lives.now.status in ('CLOSED', 'ARCHIVED')
            and lives.now.elapsed > lives.now.term,
            false
        ) as is_late,
        coalesce(lives.closings_count, 0) as closings_count,
        coalesce(lives.reopen_count, 0) as reopen_count,
        coalesce(lives.hold_count, 0) as hold_count,
        cast(coalesce(lives.on_hold_seconds, 0) as bigint) as on_hold_seconds,
        coalesce(lives.invalid_transitions_count, 0) as invalid_transitions_count,
        coalesce(conversations.messages_count, 0) as messages_count,
        coalesce(files.attachments_count, 0) as attachments_count,
        greatest(
            cases.created_at, lives.last_event_at, conversations.last_event_at, files.last_event_at
        ) as last_event_at
    from cases
    left join terms on cases.ticket_id = terms.ticket_id
    left join lives on cases.ticket_id = lives.ticket_id
    left join conversations on cases.ticket_id = conversations.ticket_id
    left join files on cases.ticket_id = files.ticket_id
)

select * from final
