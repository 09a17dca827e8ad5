-- Days outside the world would be in no grid; days outside the calendar have no business time.
{{ config(tags=['silver'], group='cases') }}

select
    events.event_id,
    events.day
from {{ ref('silver_events') }} as events
cross join {{ source('bronze', 'world') }} as world
where
    events.day not between world.first_day and world.last_day
    or events.day not in (select calendar.day from {{ ref('dim_calendar') }} as calendar)
