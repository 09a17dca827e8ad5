-- Grain: one row per STATUS_CHANGED or TERM_EXTENDED event, with the SLA clock as it stood then.
-- Knows nothing later than the event. An extension leaves a case in its state, with a longer term.

with recursive transitions as (
    select * from {{ ref('silver_transitions') }}
),

statuses as (
    select * from {{ ref('dim_status') }}
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
            status_left.sla_behavior in ('START', 'RUN')
            and status_left.status_id != terms.stops_at,
            false
        ) as ran_before,
        coalesce(
            status_entered.sla_behavior in ('START', 'RUN')
            and status_entered.status_id != terms.stops_at,
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

positions as (
    select
        *,
        -- Nothing accumulates before the first business day after radication.
        greatest(business_seconds, sla_start_seconds) as clock_position,
        if(
            is_counted and ran_before,
            greatest(business_seconds, sla_start_seconds)
            - greatest(previous_seconds, sla_start_seconds),
            0
        ) as accrued_seconds
    from prepared
),

-- The state goes on after an extension: the transition that leaves it counts all of its time.
accumulated as (
    select
        *,
        if(
            sla_start_seconds is null,
            null,
            cast(sum(if(is_extension, 0, accrued_seconds)) over (
                partition by ticket_id order by ts, event_id rows unbounded preceding
            ) as bigint) + if(is_extension, accrued_seconds, 0)
        ) as sla_elapsed_seconds
    from positions
),

numbered as (
    select
        *,
        row_number() over (partition by ticket_id order by ts, event_id) as extension_no
    from accumulated
    where is_extension
),

-- An extension must be announced before the term is over, and come to at most the initial term with
-- those before it (Ley 1755, art. 14, paragraph); any other adds nothing.
judged as (
    select
        ticket_id,
        cast(0 as bigint) as extension_no,
        cast(null as uuid) as event_id,
        cast(0 as bigint) as added_days,
        cast(null as varchar) as refusal
    from numbered
    where extension_no = 1

    union all

    select
        ticket_id,
        extension_no,
        event_id,
        added_days + if(refusal is null, business_days, 0) as added_days,
        refusal
    from (
        select
            numbered.*,
            judged.added_days,
            case
                when numbered.sla_elapsed_seconds is null then 'NOT_RADICATED'
                when numbered.status_from in ('CLOSED', 'ARCHIVED') then 'CASE_NOT_OPEN'
                when
                    numbered.sla_elapsed_seconds
                    > numbered.initial_seconds + judged.added_days * 86400
                    then 'TERM_OVER'
                when
                    (judged.added_days + numbered.business_days) * 86400
                    > numbered.initial_seconds
                    then 'OVER_THE_MAXIMUM'
            end as refusal
        from judged
        inner join numbered
            on
                judged.ticket_id = numbered.ticket_id
                and judged.extension_no + 1 = numbered.extension_no
    ) as step
),

termed as (
    select
        accumulated.*,
        judged.refusal,
        accumulated.initial_seconds + 86400 * cast(
            sum(if(judged.refusal is null, coalesce(accumulated.business_days, 0), 0)) over (
                partition by accumulated.ticket_id
                order by accumulated.ts, accumulated.event_id
                rows unbounded preceding
            ) as bigint
        ) as sla_seconds
    from accumulated
    left join judged on accumulated.event_id = judged.event_id
),

-- What is left of the term is counted from where the clock runs, or last ran. Once the term is
-- over, its end is a fact that no later pause moves.
projected as (
    select
        *,
        if(
            refusal is null and is_counted and (ran_before or runs_after or is_extension)
            and sla_elapsed_seconds - accrued_seconds < sla_seconds,
            if(
                is_extension and not ran_before,
                greatest(previous_seconds, sla_start_seconds),
                clock_position
            ) - sla_elapsed_seconds + sla_seconds,
            null
        ) as projected_seconds
    from termed
),

clocked as (
    select
        * exclude (clock_position, accrued_seconds, projected_seconds),
        max(projected_seconds) over (
            partition by ticket_id order by ts, event_id rows unbounded preceding
        ) as sla_due_seconds
    from projected
),

final as (
    select
        clocked.* exclude (
            is_counted, previous_seconds, sla_start_seconds, sla_due_seconds, initial_seconds,
            ran_before, runs_after
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
