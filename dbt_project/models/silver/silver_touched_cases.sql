-- Grain: one row per case that this run touches and bronze object that holds events of it.
-- A run touches the cases that have an event in its days, and those that hold a copy of one of
-- their events. Only a build that carries the other cases over asks: else there are no rows.

-- Three narrow columns of all objects: most objects are then left alone.
with recursive events as materialized (
    select
        cast(event_id as uuid) as event_id,
        cast(ticket_id as uuid) as ticket_id,
        day,
        filename as object
    from {{ source('bronze', 'pqrs_events') }}
    where {{ carries_over() }}
),

world as (
    select * from {{ source('bronze', 'world') }}
),

shared_ids as (
    select event_id
    from events
    group by event_id
    having count(distinct ticket_id) > 1
),

links as (
    select distinct
        events.ticket_id,
        copies.ticket_id as linked_id
    from events
    semi join shared_ids using (event_id)
    inner join events as copies on events.event_id = copies.event_id
),

touched as (
    select events.ticket_id
    from events
    inner join world on events.day between world.run_first_day and world.run_last_day
    union
    select links.linked_id as ticket_id
    from touched
    inner join links on touched.ticket_id = links.ticket_id
),

final as (
    select distinct
        events.ticket_id,
        events.object
    from events
    semi join touched using (ticket_id)
)

select * from final
