-- Grain: one row per case and stretch of days at whose end the case stood in one state.
-- Made of events: the end of a day never changes. A stretch counts from gold's first day.

with tickets as (
    select * from {{ ref('silver_tickets') }}
),

transitions as (
    select * from {{ ref('silver_status_events') }}
    where is_valid
),

statuses as (
    select * from {{ ref('dim_status') }}
),

business_days as (
    select * from {{ ref('dim_calendar') }}
    where is_business_day
),

world as (
    select * from {{ source('bronze', 'world') }}
),

entries as (
    select
        ticket_id,
        0 as change_no,
        created_day as day,
        'RECEIVED' as status,
        false as is_clock_running,
        cast(null as bigint) as business_seconds,
        cast(null as bigint) as elapsed_seconds,
        cast(null as date) as due_day
    from tickets
    union all
    select
        ticket_id,
        change_no,
        day,
        status_to as status,
        is_clock_running,
        business_seconds,
        sla_elapsed_seconds as elapsed_seconds,
        sla_due_day as due_day
    from transitions
),

followed as (
    select
        *,
        lead(day) over (partition by ticket_id order by change_no) as next_day
    from entries
),

-- Only the state at the end of a day counts for that day.
standing as (
    select
        followed.* exclude (day, next_day),
        greatest(followed.day, world.gold_first_day) as first_day,
        coalesce(followed.next_day - 1, world.last_day) as last_day
    from followed
    cross join world
    where
        followed.next_day is null
        or (followed.next_day > followed.day and followed.next_day > world.gold_first_day)
),

described as (
    select
        standing.ticket_id,
        standing.first_day,
        standing.last_day,
        standing.status,
        standing.is_clock_running,
        standing.elapsed_seconds,
        standing.due_day,
        tickets.source_channel as channel,
        tickets.pqrs_type,
        tickets.priority,
        tickets.region,
        tickets.department,
        tickets.geo_id,
        tickets.created_day,
        -- The term is known from radication on: before, a ticket's own is future knowledge.
        if(standing.elapsed_seconds is null, null, tickets.sla_days) as sla_days,
        if(
            standing.elapsed_seconds is null, null, cast(tickets.sla_days as bigint) * 86400
        ) as sla_seconds,
        not statuses.is_terminal as is_open,
        statuses.is_terminal
        or (standing.status = 'RESPONDED' and tickets.sla_stops_at = 'RESPONDED') as is_answered,
        -- Position at which a running clock would have stood at zero.
        if(
            standing.is_clock_running,
            greatest(standing.business_seconds, clock_starts.business_seconds_before)
            - standing.elapsed_seconds,
            null
        ) as clock_zero_seconds
    from standing
    inner join tickets on standing.ticket_id = tickets.ticket_id
    inner join statuses on standing.status = statuses.status_id
    left join business_days as clock_starts on tickets.sla_first_day = clock_starts.day
),

overdue as (
    select
        described.*,
        case
            when not described.is_open then null
            when described.is_clock_running
                then if(
                    first_days_over.day > described.first_day,
                    first_days_over.day,
                    described.first_day
                )
            when described.elapsed_seconds > described.sla_seconds then described.first_day
        end as overdue_day
    from described
    left join business_days as first_days_over
        on
            (described.clock_zero_seconds + described.sla_seconds) // 86400 + 1
            = first_days_over.business_day_index
),

final as (
    select
        * exclude (overdue_day),
        -- The first day of the stretch at whose end the case is open and out of its term.
        if(overdue_day <= last_day, overdue_day, null) as first_overdue_day
    from overdue
)

select * from final
