-- Grain: one row per STATUS_CHANGED or TERM_EXTENDED event, with the SLA clock as it stood then.
-- Knows nothing later than the event. An extension leaves a case in its state, with a longer term.

with transitions as (
    select * from {{ ref('silver_transitions') }}
),

statuses as (
    select
        *,
        sla_behavior in ('START', 'RUN') as is_running
    from {{ ref('dim_status') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

business_days as (
    select * from calendar
    where is_business_day
),

-- The state in which an extension finds its case, and since when.
extensions as (
    select
        announcements.ticket_id,
        announcements.event_id,
        announcements.ts,
        announcements.day,
        announcements.business_days,
        announcements.reason,
        -- It comes after this transition.
        coalesce(max(transitions.change_no), 0) as change_no,
        coalesce(max_by(transitions.status_to, transitions.change_no), 'RECEIVED') as status_from,
        coalesce(max_by(transitions.ts, transitions.change_no), announcements.ts) as previous_at
    from {{ ref('silver_events') }} as announcements
    left join transitions
        on
            announcements.ticket_id = transitions.ticket_id
            and transitions.is_valid
            and (transitions.ts, transitions.event_id) < (announcements.ts, announcements.event_id)
    where announcements.event_type = 'TERM_EXTENDED'
    group by
        announcements.ticket_id, announcements.event_id, announcements.ts, announcements.day,
        announcements.business_days, announcements.reason
),

steps as (
    select
        *,
        false as is_extension,
        ticket_id as term_of
    from transitions

    union all by name

    select
        *,
        status_from as status_to,
        true as is_extension,
        -- What comes before the radication knows no term, although the case has one by now. A key
        -- without value and not a condition: with one on the left side alone DuckDB would compare
        -- every step with every term.
        if(status_from = 'RECEIVED', null, ticket_id) as term_of
    from extensions
),

prepared as (
    select
        steps.* exclude (term_of),
        steps.is_extension or steps.is_valid as is_counted,
        {{ business_seconds('steps.ts', 'event_days') }} as business_seconds,
        {{ business_seconds('steps.previous_at', 'previous_days') }} as previous_seconds,
        first_days.business_seconds_before as sla_start_seconds,
        cast(terms.sla_days as bigint) * 86400 as initial_seconds,
        -- The clock runs in a state by its sla_behavior, unless the policy's term ends there.
        coalesce(
            status_left.is_running and status_left.status_id != terms.stops_at,
            false
        ) as ran_before,
        coalesce(
            status_entered.is_running and status_entered.status_id != terms.stops_at,
            false
        ) as runs_after
    from steps
    left join {{ ref('silver_sla_terms') }} as terms
        on steps.term_of = terms.ticket_id and steps.ts >= terms.radicated_at
    left join calendar as event_days on steps.day = event_days.day
    left join calendar as previous_days
        on {{ local_day('steps.previous_at') }} = previous_days.day
    left join calendar as first_days on terms.sla_first_day = first_days.day
    left join statuses as status_left on steps.status_from = status_left.status_id
    left join statuses as status_entered on steps.status_to = status_entered.status_id
),

clocked as (
    {{ sla_clock('prepared') }}
),

final as (
    select
        clocked.* exclude (
            is_counted,
            previous_seconds,
            sla_start_seconds,
            sla_due_seconds,
            initial_seconds,
            ran_before,
            runs_after
        ) replace (
            if(clocked.is_extension, clocked.refusal is null, clocked.is_valid) as is_valid
        ),
        clocked.business_seconds - clocked.previous_seconds as state_business_seconds,
        clocked.business_seconds - clocked.sla_start_seconds as since_start_seconds,
        clocked.is_counted and clocked.runs_after as is_clock_running,
        -- The first instant at which the position is reached: business_seconds() backwards.
        make_timestamptz(
            epoch_us(cast(business_days.day as timestamp))
            + 18000000000  -- midnight in Colombia is five hours after midnight in UTC
            + 1000000 * (clocked.sla_due_seconds - business_days.business_seconds_before)
        ) as sla_due_at,
        business_days.day as sla_due_day,
        if(
            clocked.is_valid and not clocked.is_extension and clocked.status_to = 'CLOSED',
            clocked.sla_elapsed_seconds <= clocked.sla_seconds,
            null
        ) as is_within_sla
    from clocked
    -- The end of a day belongs to that day: 15 business days are over when the fifteenth is.
    left join business_days
        on (clocked.sla_due_seconds + 86399) // 86400 = business_days.business_day_index
)

select * from final
