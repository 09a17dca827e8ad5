-- Grain: one row per kind of partition and month that this run writes.
-- A run changes the cases that have an event in its days, and nothing else.
{{ config(materialized='table') }}

with events as (
    select * from {{ ref('silver_events') }}
),

cases as (
    select * from {{ ref('silver_cases') }}
),

world as (
    select * from {{ source('bronze', 'world') }}
),

run_cases as (
    select distinct events.ticket_id
    from events
    inner join world on events.day between world.run_first_day and world.run_last_day
),

-- tickets lie in the month of their creation.
created_months as (
    select distinct strftime(cases.created_day, '%Y-%m') as month
    from cases
    semi join run_cases using (ticket_id)
),

-- Later events of these cases may be judged anew; all of them are new if the creation is.
event_months as (
    select distinct strftime(events.day, '%Y-%m') as month
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
        month
    from created_months
    union all
    select
        'events' as dataset,
        month
    from event_months
)

select * from final
