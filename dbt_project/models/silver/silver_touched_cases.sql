-- Grain: one row per case that this run touches and bronze object that holds events of it.
-- A run touches the cases that have an event in its days, and those that hold a copy of one of
-- their events. Only a build that carries the other cases over asks: else there are no rows.

-- Two narrow columns of all objects, twice: most objects are then left alone.
with recursive events as not materialized (
    select
        event_id,
        ticket_id,
        day,
        filename as object
    from {{ source('bronze', 'pqrs_events') }}
    where {{ carries_over() }}
),

world as (
    select * from {{ source('bronze', 'world') }}
),

run_cases as materialized (
    select distinct events.ticket_id
    from events
    inner join world on events.day between world.run_first_day and world.run_last_day
),

run_case_events as materialized (
    select
        event_id,
        ticket_id,
        object
    from events
    semi join run_cases using (ticket_id)
),

run_event_ids as materialized (
    select distinct event_id from run_case_events
),

-- Usually none, and then nothing more is read.
copies as materialized (
    select distinct events.ticket_id
    from events
    semi join run_event_ids using (event_id)
    anti join run_cases using (ticket_id)
),

linked as (
    select
        ticket_id,
        cast(null as varchar) as event_id,
        cast(null as varchar) as object
    from copies
    union
    (
        select
            events.ticket_id,
            events.event_id,
            events.object
        from linked
        inner join events using (ticket_id)
        union all
        select
            events.ticket_id,
            events.event_id,
            events.object
        from linked
        inner join events using (event_id)
    )
),

found as (
    select
        ticket_id,
        object
    from run_case_events
    union
    select
        ticket_id,
        object
    from linked
    where object is not null
),

final as (
    select
        cast(ticket_id as uuid) as ticket_id,
        object
    from found
)

select * from final
