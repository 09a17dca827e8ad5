-- Grain: one row per STATUS_CHANGED event, valid or not, with the SLA clock as it stood then.
-- Knows nothing later than the event: the time is that spent in the state left.

with changes as (
    select * from {{ ref('silver_sla_clock') }}
    where not is_extension
),

-- Who holds a case is who the newest valid change names: a change without a name leaves it there.
held as (
    select
        *,
        if(is_valid, dependencia_id, null) as named_office,
        if(is_valid, agent_id, null) as named_agent,
        last_value(if(is_valid, dependencia_id, null) ignore nulls) over before as office_before,
        last_value(if(is_valid, agent_id, null) ignore nulls) over before as agent_before,
        -- Asked to complete the petition, and silent for a month (Ley 1755, art. 17).
        bool_or(
            is_valid
            and status_from = 'ON_HOLD'
            and {{ local_day('ts') }} >= {{ local_day('previous_at') }} + interval 1 month
        ) over (partition by ticket_id order by change_no rows unbounded preceding)
            as was_silent_for_a_month
    from changes
    window before as (
        partition by ticket_id order by change_no rows between unbounded preceding and 1 preceding
    )
),

answered as (
    select
        *,
        if(is_valid and status_to = 'RESPONDED', coalesce(outcome, 'ANSWERED'), null)
            as final_outcome
    from held
),

final as (
    select
        day,
        event_id,
        ticket_id,
        ts,
        status_from,
        status_to,
        actor_role,
        change_no,
        is_valid,
        final_outcome as outcome,
        coalesce(named_office, office_before) as dependencia_id,
        coalesce(named_agent, agent_before) as agent_id,
        coalesce(named_office != office_before, false)
        or coalesce(named_agent != agent_before, false) as is_handoff,
        -- Five business days (Ley 1755, art. 21), pauses included.
        if(final_outcome = 'TRANSFERRED', since_start_seconds <= 5 * 86400, null)
            as is_transfer_in_time,
        if(final_outcome = 'WITHDRAWN', was_silent_for_a_month, null) as is_withdrawal_tacit,
        if(is_valid, epoch_us(ts) // 1000000 - epoch_us(previous_at) // 1000000, null)
            as state_seconds,
        if(is_valid, state_business_seconds, null) as state_business_seconds,
        business_seconds,
        sla_seconds,
        sla_elapsed_seconds,
        is_clock_running,
        sla_due_at,
        sla_due_day,
        is_within_sla
    from answered
)

select * from final
-- Its files are cut by day: in this order each is read without the others.
order by day
