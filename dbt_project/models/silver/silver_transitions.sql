-- Grain: one row per STATUS_CHANGED event, judged by walking its case through the state machine.

with recursive changes as (
    select * from {{ ref('silver_events') }}
    where event_type = 'STATUS_CHANGED'
),

cases as (
    select * from {{ ref('silver_cases') }}
),

allowed as (
    select * from {{ ref('dim_status_transition') }}
),

located as (
    select
        changes.ticket_id,
        changes.event_id,
        changes.ts,
        changes.day,
        changes.status_from,
        changes.status_to,
        changes.actor_role,
        changes.outcome,
        changes.dependencia_id,
        changes.agent_id,
        cases.created_at,
        -- Before its creation a case has no state to leave.
        allowed.status_to is not null
        and (changes.ts, changes.event_id) > (cases.created_at, cases.created_event_id)
            as is_allowed
    from changes
    inner join cases on changes.ticket_id = cases.ticket_id
    left join allowed
        on
            changes.status_from = allowed.status_from
            and changes.status_to = allowed.status_to
),

-- If every change is allowed and leaves the state that the one before entered, all are valid. Only
-- the other cases are walked change by change: that costs a pass over their rows for each change.
numbered as (
    select
        *,
        row_number() over life as change_no,
        coalesce(lag(ts) over life, created_at) as previous_at,
        is_allowed and status_from = lag(status_to, 1, 'RECEIVED') over life as is_in_sequence
    from located
    window life as (partition by ticket_id order by ts, event_id)
),

troubled_cases as (
    select distinct ticket_id from numbered
    where not is_in_sequence
),

troubled_changes as materialized (
    select numbered.*
    from numbered
    semi join troubled_cases using (ticket_id)
),

-- A change that the state machine refuses does not move its case.
walk as (
    select
        ticket_id,
        cast(0 as bigint) as change_no,
        'RECEIVED' as status,
        created_at as entered_at,
        false as is_valid,
        created_at as previous_at
    from troubled_changes
    where change_no = 1

    union all

    select
        ticket_id,
        change_no,
        if(is_valid, status_to, status) as status,
        if(is_valid, ts, entered_at) as entered_at,
        is_valid,
        entered_at as previous_at
    from (
        select
            troubled_changes.ticket_id,
            troubled_changes.change_no,
            troubled_changes.ts,
            troubled_changes.status_to,
            walk.status,
            walk.entered_at,
            troubled_changes.is_allowed
            and troubled_changes.status_from = walk.status as is_valid
        from walk
        inner join troubled_changes
            on
                walk.ticket_id = troubled_changes.ticket_id
                and walk.change_no + 1 = troubled_changes.change_no
    ) as step
),

judged as (
    select
        numbered.* exclude (is_in_sequence, previous_at),
        true as is_valid,
        numbered.previous_at
    from numbered
    anti join troubled_cases using (ticket_id)

    union all by name

    select
        troubled_changes.* exclude (is_in_sequence, previous_at),
        walk.is_valid,
        walk.previous_at
    from troubled_changes
    inner join walk using (ticket_id, change_no)
),

final as (
    select
        ticket_id,
        change_no,
        event_id,
        ts,
        day,
        status_from,
        status_to,
        actor_role,
        outcome,
        dependencia_id,
        agent_id,
        is_valid,
        -- When the case entered the state that this event leaves.
        previous_at
    from judged
)

select * from final
