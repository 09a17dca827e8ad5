-- Grain: one row per case and stretch of days at whose end the case stood in one state.
-- Made of events: the end of a day never changes. A stretch counts from gold's first day.

with tickets as (
    select * from {{ ref('silver_tickets') }}
),

transitions as (
    select * from {{ ref('silver_status_events') }}
    where is_valid
),

business_days as (
    select * from {{ ref('dim_calendar') }}
    where is_business_day
),

world as (
    select * from {{ source('bronze', 'world') }}
),

-- An extension leaves a case in its state, with another term from that instant on.
entries as (
    select
        ticket_id,
        0 as change_no,
        false as is_extension,
        created_day as day,
        'RECEIVED' as status,
        false as is_clock_running
    from tickets
    union all by name
    select
        ticket_id,
        change_no,
        false as is_extension,
        ts,
        day,
        status_to as status,
        is_clock_running,
        business_seconds,
        sla_elapsed_seconds as elapsed_seconds,
        sla_due_day as due_day,
        sla_seconds,
        dependencia_id
    from transitions
    union all by name
    select
        ticket_id,
        change_no,
        true as is_extension,
        ts,
        day,
        status,
        is_clock_running,
        business_seconds,
        sla_elapsed_seconds as elapsed_seconds,
        sla_due_day as due_day,
        sla_seconds
    from {{ ref('silver_term_extensions') }}
    where is_valid
),

followed as (
    select
        * exclude (dependencia_id),
        last_value(dependencia_id ignore nulls) over (life rows unbounded preceding)
            as dependencia_id,
        count(*) filter (where status = 'ON_HOLD' and not is_extension)
            over (life rows unbounded preceding) as hold_count,
        count(*) filter (where status = 'REOPENED' and not is_extension)
            over (life rows unbounded preceding) as reopen_count,
        lead(day) over life as next_day
    from entries
    window life as (partition by ticket_id order by change_no, is_extension, ts)
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
        standing.hold_count,
        standing.reopen_count,
        tickets.source_channel as channel,
        tickets.pqrs_type,
        tickets.priority,
        tickets.region,
        tickets.department,
        tickets.geo_id,
        tickets.created_day,
        coalesce(standing.dependencia_id, 'unassigned') as dependencia_id,
        -- The term as it was known then: a ticket's own is that of its last day.
        cast(standing.sla_seconds // 86400 as integer) as sla_days,
        standing.sla_seconds,
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
    inner join {{ ref('dim_status') }} as statuses on standing.status = statuses.status_id
    left join business_days as clock_starts on tickets.sla_first_day = clock_starts.day
),

-- The first day of each stretch at whose end its case is open and out of its term, and the first at
-- whose end it is within three business days of that, or beyond.
final as (
    select
        described.*,
        case
            when not described.is_open then null
            when
                greatest(
                    if(described.is_clock_running, over.day, null),
                    described.first_day
                ) > described.last_day
                then null
            when described.is_clock_running
                then greatest(over.day, described.first_day)
            when described.elapsed_seconds > described.sla_seconds
                then described.first_day
        end as first_overdue_day,
        case
            when not described.is_open then null
            when
                greatest(
                    if(described.is_clock_running, close.day, null),
                    described.first_day
                ) > described.last_day
                then null
            when described.is_clock_running
                then greatest(close.day, described.first_day)
            when described.elapsed_seconds + 3 * 86400 > described.sla_seconds
                then described.first_day
        end as first_pressing_day
    from described
    left join business_days as over
        on
            (described.clock_zero_seconds + described.sla_seconds) // 86400 + 1
            = over.business_day_index
    left join business_days as close
        on
            (described.clock_zero_seconds + described.sla_seconds) // 86400 - 2
            = close.business_day_index
)

select * from final
