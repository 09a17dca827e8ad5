-- Grain: one row per STATUS_CHANGED event, valid or not, with the SLA clock as it stood then.
-- Knows nothing later than the event: the time is that spent in the state left.

with transitions as (
    select * from {{ ref('silver_transitions') }}
),

terms as (
    select * from {{ ref('silver_sla_terms') }}
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

prepared as (
    select
        transitions.*,
        {{ business_seconds('transitions.ts', 'event_days') }} as business_seconds,
        {{ business_seconds('transitions.previous_at', 'previous_days') }} as previous_seconds,
        first_days.business_seconds_before as sla_start_seconds,
        cast(terms.sla_days as bigint) * 86400 as sla_seconds,
        -- The clock runs in a state by its sla_behavior, unless the policy's term ends there.
        coalesce(
            status_left.is_running and status_left.status_id != terms.stops_at,
            false
        ) as ran_before,
        coalesce(
            status_entered.is_running and status_entered.status_id != terms.stops_at,
            false
        ) as runs_after
    from transitions
    left join terms on transitions.ticket_id = terms.ticket_id
    left join calendar as event_days on transitions.day = event_days.day
    left join calendar as previous_days
        on {{ local_day('transitions.previous_at') }} = previous_days.day
    left join calendar as first_days on terms.sla_first_day = first_days.day
    left join statuses as status_left on transitions.status_from = status_left.status_id
    left join statuses as status_entered on transitions.status_to = status_entered.status_id
),

clocked as (
    {{ sla_clock('prepared') }}
),

final as (
    select
        clocked.day,
        clocked.event_id,
        clocked.ticket_id,
        clocked.ts,
        clocked.status_from,
        clocked.status_to,
        clocked.actor_role,
        clocked.change_no,
        clocked.is_valid,
        if(
            clocked.is_valid,
            epoch_us(clocked.ts) // 1000000 - epoch_us(clocked.previous_at) // 1000000,
            null
        ) as state_seconds,
        if(
            clocked.is_valid,
            clocked.business_seconds - clocked.previous_seconds,
            null
        ) as state_business_seconds,
        clocked.business_seconds,
        clocked.sla_seconds,
        clocked.sla_elapsed_seconds,
        clocked.is_valid and coalesce(clocked.runs_after, false) as is_clock_running,
        -- The first instant at which the position is reached: business_seconds() backwards.
        make_timestamptz(
            epoch_us(cast(business_days.day as timestamp))
            + 18000000000
            + 1000000 * (clocked.sla_due_seconds - business_days.business_seconds_before)
        ) as sla_due_at,
        business_days.day as sla_due_day,
        if(
            clocked.is_valid and clocked.status_to = 'CLOSED',
            clocked.sla_elapsed_seconds <= clocked.sla_seconds,
            null
        ) as is_within_sla
    from clocked
    -- The end of a day belongs to that day: 15 business days are over when the fifteenth is.
    left join business_days
        on (clocked.sla_due_seconds + 86399) // 86400 = business_days.business_day_index
)

select * from final
