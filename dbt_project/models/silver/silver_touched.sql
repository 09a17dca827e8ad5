-- Grain: one row per partition that this run writes, of tickets or of events.
-- A run changes the cases that have an event in its days, or a copy of one, and nothing else.

with events as (
    select * from {{ ref('silver_events') }}
),

cases as (
    select * from {{ ref('silver_cases') }}
),

world as (
    select * from {{ source('bronze', 'world') }}
),

loaded as (
    select * from {{ ref('silver_loaded_events') }}
),

run_events as (
    select loaded.event_id
    from loaded
    inner join world on loaded.object_day between world.run_first_day and world.run_last_day
),

-- Which copy of an event counts may change when another one arrives.
copied_ids as (
    select rejected.event_id
    from {{ ref('silver_rejected_events') }} as rejected
    semi join run_events using (event_id)
    where rejected.reason in ('DUP_EVENT_SAME_PAYLOAD', 'DUP_EVENT_CONFLICT')
),

run_cases as (
    select events.ticket_id
    from events
    inner join world on events.day between world.run_first_day and world.run_last_day
    union
    select loaded.ticket_id
    from loaded
    semi join copied_ids using (event_id)
),

-- A day of the run without events is written, too: what an earlier run left there must stop
-- counting.
run_days as (
    select cast(unnest(generate_series(run_first_day, run_last_day, interval 1 day)) as date) as day
    from world
),

-- tickets lie in the month of their creation. A month whose only case is gone is written as well.
ticket_months as (
    select strftime(cases.created_day, '%Y-%m') as month
    from cases
    semi join run_cases using (ticket_id)
    union
    select strftime(day, '%Y-%m') as month
    from run_days
),

-- Later events of these cases may be judged again; all of them are new if the creation is.
event_days as (
    select distinct events.day
    from events
    semi join run_cases using (ticket_id)
    inner join cases using (ticket_id)
    cross join world
    where
        events.day >= world.run_first_day
        or cases.created_day between world.run_first_day and world.run_last_day
),

final as (
    select
        'tickets' as dataset,
        month as partition
    from ticket_months
    union all
    select
        'events' as dataset,
        strftime(day, '%Y-%m-%d') as partition
    from (
        select day from run_days
        union
        select day from event_days
    ) as days
)

select * from final
