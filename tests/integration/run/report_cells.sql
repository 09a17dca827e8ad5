-- What each query of report_cells.py begins with. Written apart from the report's queries: business
-- time is counted from the days of the calendar, first answers from the messages, what stands at the
-- end of a day from the transitions.
with spans (span, first, last) as (values {spans}),
compared (is_compared) as (values ({is_compared})),
names (kind, id, name) as (values {names}),
calendar as (
    select day, is_business_day::int as is_open,
        86400 * (sum(is_business_day::int) over (order by day) - is_business_day::int) as before
    from silver.dim_calendar
),
born as (
    select tickets.*, coalesce(subtype, '') as subtype_id,
        created_at at time zone 'America/Bogota' as at,
        case when petitioner_is_anonymous then 'anonymous' else coalesce(petitioner_kind, '') end
            as petitioner
    from silver.tickets
),
begun as (
    select born.*, before + is_open * floor(extract(epoch from at - at::date)) as begun_at
    from born join calendar on calendar.day = at::date
),
came as (select span, born.* from born join spans on created_day between first and last),
moves as (
    select events.*, ts at time zone 'America/Bogota' as at, lead(day) over life as next_day
    from silver.status_events as events
    where is_valid
    window life as (partition by ticket_id order by change_no)
),
lived as (
    select moves.*, coalesce(dependencia_id, 'unassigned') as office,
        before + is_open * floor(extract(epoch from at - at::date)) as position
    from moves join calendar on calendar.day = at::date
),
told as (
    select span, begun.pqrs_type, subtype_id, source_channel, priority, region, department, geo_id,
        lived.status_to, lived.day, lived.office, lived.is_within_sla, lived.outcome,
        lived.is_withdrawal_tacit, position - begun_at as took,
        extract(epoch from lived.ts - created_at) as seconds,
        coalesce(lived.is_transfer_in_time, lived.sla_elapsed_seconds <= lived.sla_seconds)
            as is_in_term
    from lived
    join begun using (ticket_id)
    join spans on lived.day between first and last
),
spoken as (
    select begun.*, said_at, said_at at time zone 'America/Bogota' as said
    from begun
    join (
        select ticket_id, min(messages.ts) as said_at
        from silver.messages as messages join silver.tickets using (ticket_id)
        where role = 'agent' and messages.ts > created_at
        group by 1
    ) as openings using (ticket_id)
),
firsts as (
    select span, pqrs_type, extract(epoch from said_at - created_at) as seconds,
        before + is_open * floor(extract(epoch from said - said::date)) - begun_at as took
    from spoken
    join calendar on calendar.day = said::date
    join spans on said::date between first and last
),
stays as (
    select *, position - lag(position) over (partition by ticket_id order by change_no) as stayed
    from lived
),
waits as (
    select span, pqrs_type, status_to, citizen, entity
    from (
        select stays.day, stays.status_to, born.pqrs_type,
            sum(case when status_from = 'ON_HOLD' then stayed else 0 end) over life as citizen,
            sum(case when status_from in ('ON_HOLD', 'RECEIVED') then 0 else stayed end) over life
                as entity
        from stays join born using (ticket_id)
        window life as (partition by ticket_id order by change_no)
    ) as lives
    join spans on day between first and last
    where status_to = 'CLOSED'
),
stretches as (
    select ticket_id, day, next_day, status_to from moves
    union all
    select ticket_id, created_day, first_day, 'RECEIVED'
    from born left join (
        select ticket_id, min(day) as first_day from moves group by 1
    ) as entered using (ticket_id)
),
ends (day) as (
    select last from spans
    union
    select first - 1 from spans
    union
    select (date_trunc('month', days.day) + interval '1 month - 1 day')::date
    from spans, generate_series(first, last, '1 day') as days (day)
    where span = 'now'
),
standing as (
    select ends.day as at_end, born.*
    from ends
    join stretches
        on stretches.day <= ends.day and coalesce(next_day, 'infinity'::date) > ends.day
        and status_to not in ('CLOSED', 'ARCHIVED')
    join born using (ticket_id)
),
told_themes as (
    select distinct on (ticket_id) ticket_id, day, pqrs_type, coalesce(topic, 'sin_tema') as theme
    from silver.case_topics
    order by ticket_id, model_version desc
)
