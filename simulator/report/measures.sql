-- What the report measures, from raw events alone. Reads `source` (event_id, ticket_id,
-- event_type, ts, data) and `calendar`; $as_of is the last day of the world.

-- One row an event, with what came before it in its case.
create table events as
select
    *,
    lag(ts) over life as previous_ts,
    last_value(data.status_to ignore nulls) over (
        partition by ticket_id order by ts, event_id rows between unbounded preceding and 1 preceding
    ) as state,
    row_number() over life as place
from source
window life as (partition by ticket_id order by ts, event_id);

create table tickets as
select
    ticket_id,
    ts as created_at,
    (ts - interval 5 hour)::date as created_day,
    hour(ts - interval 5 hour) as created_hour,
    data.source_channel as channel,
    data.pqrs_type as pqrs_type,
    data.subtype as subtype,
    data.priority as priority,
    data.geo_code as geo_code
from events
where event_type = 'TICKET_CREATED';

-- Transitions in local time and in business seconds.
create table moves as
select
    events.ticket_id,
    events.ts,
    coalesce(events.state, 'RECEIVED') as known_state,
    events.data.status_from as status_from,
    events.data.status_to as status_to,
    calendar.day,
    calendar.is_business_day,
    calendar.business_seconds_before + case
        when calendar.is_business_day
            then epoch(events.ts - interval 5 hour) - epoch(calendar.day::timestamp) else 0
    end as business_seconds
from events
inner join calendar on calendar.day = (events.ts - interval 5 hour)::date
where events.event_type = 'STATUS_CHANGED';

-- The SLA clock of each case: what it accumulated by the end of the last day.
create table clocks as
with now as (
    select business_seconds_before + case when is_business_day then 86400 else 0 end as finish
    from calendar
    where day = $as_of::date
),

starts as (
    select
        moves.ticket_id,
        min_by(opening.business_seconds_before, opening.day) + 86400 as start
    from moves
    inner join calendar as opening
        on opening.day between moves.day and moves.day + 14 and opening.is_business_day
    where moves.status_to = 'RADICATED'
    group by moves.ticket_id
),

spans as (
    select
        moves.*,
        starts.start,
        greatest(now.finish, starts.start) as finish,
        lead(moves.business_seconds) over (
            partition by moves.ticket_id order by moves.ts
        ) as left_at
    from moves
    inner join starts on starts.ticket_id = moves.ticket_id
    cross join now
),

lengths as (
    select
        *,
        greatest(coalesce(left_at, finish), start) - greatest(business_seconds, start) as seconds
    from spans
)

select
    lengths.ticket_id,
    tickets.pqrs_type,
    tickets.subtype,
    any_value(lengths.start) as start,
    any_value(lengths.finish) as finish,
    max_by(lengths.status_to, lengths.ts) in ('CLOSED', 'ARCHIVED') as is_closed,
    coalesce(sum(lengths.seconds) filter (
        where lengths.status_to not in ('ON_HOLD', 'CLOSED', 'ARCHIVED')
    ), 0) as accumulated,
    coalesce(sum(lengths.seconds) filter (
        where lengths.status_to = 'ON_HOLD'
        or (lengths.status_to = 'CLOSED' and lengths.left_at is not null
            and lengths.next_status = 'REOPENED')
    ), 0) as paused
from (
    select *, lead(status_to) over (partition by ticket_id order by ts) as next_status
    from lengths
) as lengths
inner join tickets on tickets.ticket_id = lengths.ticket_id
group by lengths.ticket_id, tickets.pqrs_type, tickets.subtype;

-- Cases whose term has ended by the last day: late, or closed and due by then. A simulated extension
-- is always valid: a test of the simulator holds that.
create table due as
with extended as (
    select
        ticket_id,
        sum(data.business_days) as business_days
    from events
    where event_type = 'TERM_EXTENDED'
    group by ticket_id
),

termed as (
    select
        clocks.*,
        (terms.business_days + coalesce(extended.business_days, 0)) * 86400 as term
    from clocks
    inner join terms
        on terms.pqrs_type = clocks.pqrs_type and terms.subtype = clocks.subtype
    left join extended on extended.ticket_id = clocks.ticket_id
)

select
    pqrs_type,
    accumulated > term as is_late
from termed
where accumulated > term or (is_closed and start + term + paused <= finish);

-- Rules that no event may break, each with how many break it.
create table violations as
select 'events without a creation before them' as rule, count(*) as broken
from events where (place = 1) <> (event_type = 'TICKET_CREATED')
union all
select 'events not later than the one before in their case', count(*)
from events where ts <= previous_ts
union all
select 'event ids that occur twice', count(*) - count(distinct event_id) from events
union all
select 'transitions that do not leave the state the case is in', count(*)
from moves where status_from <> known_state
union all
select 'transitions outside the state machine', count(*)
from moves anti join transitions using (status_from, status_to)
union all
select 'messages or files on a closed or archived case', count(*)
from events where state in ('CLOSED', 'ARCHIVED') and event_type <> 'STATUS_CHANGED'
union all
select 'closings on a day that is no business day', count(*)
from moves where status_to = 'CLOSED' and not is_business_day
union all
select 'answers on a day that is no business day', count(*)
from moves where status_to = 'RESPONDED' and not is_business_day
union all
select 'cases with more than five agent replies', count(*)
from (
    select ticket_id from events
    where event_type = 'MESSAGE_ADDED' and data.role = 'agent'
    group by ticket_id having count(*) > 5
) as talkative;
