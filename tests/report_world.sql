-- A published world for the tests of reports and open data, from 2025-09-01 to 2025-12-31: cases and
-- their changes made by a rule, the daily KPIs counted from them here. Kept apart from the pipeline on
-- purpose: these tests ask what is reported, not how it was made. In a real database the relations are
-- views. Parameters: {per_day} cases a day, {degraded}, {last_day}, {gap} a day without rows in gold.
insert into meta.worlds (world_id, seed, config_hash, code_hash, first_day, kind) values
(uuid '11111111-1111-5111-8111-111111111111', 42, 'c0ffee', 'c0de', '2025-09-01', 'simulated');

insert into meta.etl_runs (
    run_id, world_id, seed, started_at, finished_at, status, date_min, date_max, git_sha,
    config_hash, raw_objects_count, bronze_rows, silver_rows, gold_rows
) values (
    uuid '22222222-2222-5222-8222-222222222222', uuid '11111111-1111-5111-8111-111111111111', 42,
    timestamptz '2026-01-02 10:00+00', timestamptz '2026-01-02 10:05+00', '{status}',
    '2025-09-01', '{last_day}', 'abc1234', 'c0ffee', 610, 1, 1, 1
);

insert into meta.data_quality (
    run_id, attempt, dataset, check_name, result, value, threshold, layer, severity, tool
)
select
    uuid '22222222-2222-5222-8222-222222222222', 1, 'tickets', 'check_' || number,
    case when number = 1 and '{status}' = 'DEGRADED' then 'WARN' else 'PASS' end, 0, 0, 'silver',
    'warning', 'dbt'
from generate_series(1, 40) as number;

with published as (
    insert into meta.publications (
        world_id, run_id, attempt, status, first_day, last_day, published_at
    ) values (
        uuid '11111111-1111-5111-8111-111111111111', uuid '22222222-2222-5222-8222-222222222222', 1,
        '{status}', '2025-09-01', '{last_day}', timestamptz '2026-01-02 10:05+00'
    )
    returning publication_id
)

insert into meta.current_publication (publication_id) select publication_id from published;

create table silver.dim_calendar (
    day date primary key, is_business_day boolean, holiday_name text, business_day_index integer,
    business_seconds_before bigint, iso_week text, month text
);
create table silver.dim_geo (
    geo_id text primary key, region text, department text, dane_department_code text, municipio text,
    dane_municipality_code text, latitude numeric, longitude numeric, population integer
);
create table silver.dim_channel (channel_id text primary key, name text, is_default boolean);
--COPY--
create function pg_temp.business(at timestamp) returns bigint language sql stable as $$
    select
        business_seconds_before
        + case when is_business_day then extract(epoch from at - at::date)::bigint else 0 end
    from silver.dim_calendar where day = at::date
$$;

create table report_cases as
select
    i,
    md5('case' || i)::uuid as ticket_id,
    date '2025-09-01' + (i / {per_day})::int as created_day,
    (date '2025-09-01' + (i / {per_day})::int)
    + make_interval(secs => 25200 + (i % {per_day}) * 30000 / {per_day} + i % 7) as created_local,
    (array['email', 'webform', 'webform', 'chat', 'call', 'other_digital', 'email'])[1 + (i * 5) % 7]
        as source_channel,
    (array['P', 'Q', 'P', 'R', 'P', 'R', 'S', 'Q'])[1 + (i * 3) % 8] as pqrs_type,
    (array['alta', 'media', 'baja', 'media'])[1 + i % 4] as priority,
    1 + (i * 7) % 24 as life_days,
    i % 29 = 0 as is_reopened,
    case when i % 11 = 0 then 'TRANSFERRED' when i % 13 = 0 then 'DENIED' when i % 17 = 0 then 'WITHDRAWN'
        else 'ANSWERED' end as outcome,
    geo.geo_id, geo.region, geo.department, geo.municipio
from generate_series(0, {per_day} * (date '{last_day}' - date '2025-09-01' + 1) - 1) as i
join (
    -- Most cases in few places, as in the country; the rest scattered.
    select row_number() over (order by population desc nulls last, geo_id) - 1 as n, *
    from silver.dim_geo
) as geo on geo.n = case when i % 3 < 2 then (i * 11) % 6 else (i * 13) % 900 end;

create table report_changes as
with steps as (
    select cases.*, change_no, status_from, status_to, ts_local
    from report_cases as cases
    cross join lateral (values
        (1, 'RECEIVED', 'RADICATED', created_local + interval '2 hours'),
        (2, 'IN_PROGRESS', 'RESPONDED', created_local + make_interval(days => life_days) - interval '3 hours'),
        (3, 'RESPONDED', 'CLOSED', created_local + make_interval(days => life_days)),
        (4, 'CLOSED', 'REOPENED', created_local + make_interval(days => life_days + 2)),
        (5, 'RESPONDED', 'CLOSED', created_local + make_interval(days => life_days + 5))
    ) as changes (change_no, status_from, status_to, ts_local)
    where (change_no <= 3 or is_reopened) and ts_local::date <= date '{last_day}'
)

select
    *,
    ts_local::date as day,
    ts_local at time zone 'America/Bogota' as ts,
    pg_temp.business(ts_local) as business_seconds,
    pg_temp.business(ts_local) - pg_temp.business(created_local) as elapsed
from steps;

create table silver.status_events as
select
    day, md5(i || status_to || change_no)::uuid as event_id, ticket_id, ts, status_from, status_to,
    'agent' as actor_role, change_no::bigint, true as is_valid, business_seconds,
    elapsed as sla_elapsed_seconds, 864000::bigint as sla_seconds,
    case when status_to = 'CLOSED' then elapsed <= 864000 end as is_within_sla,
    case when status_to = 'RESPONDED' then outcome end as outcome,
    case when status_to = 'RESPONDED' and outcome = 'TRANSFERRED' then elapsed <= 432000 end
        as is_transfer_in_time,
    case when status_to = 'RESPONDED' and outcome = 'WITHDRAWN' then i % 2 = 0 end
        as is_withdrawal_tacit,
    'DEP-0' || 1 + i % 3 as dependencia_id, 0::bigint as state_business_seconds
from report_changes
union all
-- A closing that the state machine refused counts nowhere.
select
    day, md5('refused' || i)::uuid, ticket_id, ts, 'RADICATED', 'CLOSED', 'agent', 9, false,
    business_seconds, null, null, null, null, null, null, 'DEP-01', null
from report_changes where change_no = 1 and i % 50 = 0;

create table silver.tickets as
select
    to_char(created_day, 'YYYY-MM') as month, created_day, ticket_id, 'PQR-' || i as external_id,
    source_channel, pqrs_type,
    case when pqrs_type = 'P' and i % 5 = 0 then '{subtype}' when pqrs_type = 'P' then 'general' end
        as subtype,
    priority, geo_id, region, department, municipio,
    created_local at time zone 'America/Bogota' as created_at,
    case when i % 3 > 0 and (created_local + interval '5 hours')::date <= date '{last_day}'
        then (created_local + interval '5 hours') at time zone 'America/Bogota' end as first_response_at,
    case when i % 9 > 0 then i % 13 = 0 end as petitioner_is_anonymous,
    case when i % 9 > 0 and i % 13 > 0 then case when i % 5 = 0 then 'juridica' else 'natural' end end
        as petitioner_kind,
    'academic_v1' as sla_policy_id, 10 as sla_days, 0 as extended_days,
    case when i % 12 > 0 then 'DEP-0' || 1 + i % 3 end as dependencia_id,
    case when last_closing.ts is not null then outcome end as outcome, 'CLOSED' as sla_stops_at,
    last_closing.ts as closed_at, coalesce(last_closing.is_late, false) as is_late,
    last_closing.status_to as current_status, coalesce(last_closing.elapsed, 0) as sla_elapsed_seconds
from report_cases
left join lateral (
    select ts, status_to, elapsed, elapsed > 864000 as is_late
    from report_changes as changes
    where changes.ticket_id = report_cases.ticket_id
    order by change_no desc limit 1
) as last_change on true
left join lateral (
    select last_change.* where last_change.status_to = 'CLOSED'
) as last_closing on true;

create table silver.term_extensions as
select
    day, md5('extension' || i)::uuid as event_id, ticket_id, ts, 1 + i % 3 as business_days,
    i % 2 = 0 as is_valid
from report_changes where change_no = 1 and i % 10 < 2;

create table silver.dim_dependencia (dependencia_id text primary key, name text);
insert into silver.dim_dependencia values ('DEP-01', 'Servicio al ciudadano'), ('DEP-02', 'Jurídica');

create table report_days as
select day::date as day
from generate_series(date '2025-09-01', date '{last_day}', interval '1 day') as day
where day::date <> coalesce(nullif('{gap}', ''), '1900-01-01')::date;

create table report_types (pqrs_type text);
insert into report_types values ('P'), ('Q'), ('R'), ('S');

-- Stretches of days at whose end a case stands open.
create table report_open as
select cases.*, cases.created_day as first_open, coalesce(first_close.day, date '2100-01-01') as end_open
from report_cases as cases
left join report_changes as first_close
    on first_close.ticket_id = cases.ticket_id and first_close.change_no = 3
union all
select cases.*, reopened.day, coalesce(closed.day, date '2100-01-01')
from report_cases as cases
join report_changes as reopened on reopened.ticket_id = cases.ticket_id and reopened.change_no = 4
left join report_changes as closed on closed.ticket_id = cases.ticket_id and closed.change_no = 5;

create table report_standing as
select
    report_days.day, report_open.i, report_open.ticket_id, report_open.pqrs_type, report_open.region,
    report_open.department, report_open.geo_id, report_open.priority,
    calendar.business_day_index - created.business_day_index as age,
    (calendar.business_day_index - created.business_day_index) > 10 as is_overdue
from report_days
join report_open on report_days.day >= first_open and report_days.day < end_open
join silver.dim_calendar as calendar on calendar.day = report_days.day
join silver.dim_calendar as created on created.day = report_open.created_day;
--GOLD--
