-- Read with the variables days, per_day, version and run. Every case walks to CLOSED in nine days
-- unless the world ends before; the ids are those of the run, so that two runs share no case.
create schema silver;
create schema gold;

create temp table geography as
select geo_id, region, department, municipio, row_number() over (order by geo_id) - 1 as n
from read_csv('seeds/dim_geo.csv', types = {'geo_id': 'varchar'});

create temp table cases as
select
    md5(getvariable('run') || '/' || i)::uuid::varchar as ticket_id,
    i,
    'PQR-' || lpad(i::varchar, 9, '0') as external_id,
    ['email', 'webform', 'chat', 'call', 'other_digital'][i % 5 + 1] as source_channel,
    ['P', 'Q', 'R', 'S'][i % 4 + 1] as pqrs_type,
    ['alta', 'media', 'baja'][i % 3 + 1] as priority,
    'general' as subtype,
    geography.geo_id,
    geography.region,
    geography.department,
    geography.municipio,
    timestamptz '2025-09-01 05:00:00+00'
    + to_days((i // getvariable('per_day'))::integer)
    + to_seconds((i % getvariable('per_day')) * 80000 // getvariable('per_day')) as created_at
from range(getvariable('days') * getvariable('per_day')) as numbers (i)
join geography on geography.n = i % 1121;

create temp table steps as
select * from (values
    (0, 'RECEIVED', 'RADICATED'), (1, 'RADICATED', 'CLASSIFIED'), (2, 'CLASSIFIED', 'ASSIGNED'),
    (3, 'ASSIGNED', 'IN_PROGRESS'), (6, 'IN_PROGRESS', 'RESPONDED'), (9, 'RESPONDED', 'CLOSED')
) as steps (after_days, status_from, status_to);

create temp table world_end as
select timestamptz '2025-09-01 05:00:00+00' + to_days(getvariable('days')::integer) as ends_at;

create table silver.status_events as
select
    (ts at time zone 'America/Bogota')::date as day,
    md5(ticket_id || status_to)::uuid::varchar as event_id,
    ticket_id, ts, status_from, status_to, 'agent' as actor_role,
    change_no, true as is_valid,
    after_days * 86400 as state_seconds,
    after_days * 43200 as state_business_seconds,
    after_days * 43200 as sla_elapsed_seconds,
    after_days between 1 and 6 as is_clock_running,
    created_at + to_days(20) as sla_due_at,
    if(status_to = 'CLOSED', i % 10 <> 0, null) as is_within_sla,
    if(status_to = 'RESPONDED', 'ANSWERED', null) as outcome
from (
    select
        cases.*, steps.*,
        created_at + to_days(after_days::integer) + to_seconds(60) as ts,
        row_number() over (partition by ticket_id order by after_days) as change_no
    from cases cross join steps
)
where ts < (select ends_at from world_end);

create table silver.messages as
select
    (ts at time zone 'America/Bogota')::date as day,
    md5(ticket_id || '/message/' || n)::uuid::varchar as message_id,
    ticket_id, ts,
    if(n % 2 = 0, 'citizen', 'agent') as role,
    'Señores, escribo por el radicado ' || external_id || ', mensaje ' || n as text,
    length('Señores, escribo por el radicado ' || external_id || ', mensaje ' || n) as text_len
from (
    select cases.*, n, created_at + to_days((2 * n)::integer) + to_seconds(120) as ts
    from cases cross join range(3) as messages (n)
)
where ts < (select ends_at from world_end);

create table silver.attachments as
select
    (created_at at time zone 'America/Bogota')::date as day,
    md5(ticket_id || '/attachment')::uuid::varchar as attachment_id,
    ticket_id, created_at as ts, 'pdf' as file_type, 1 + i % 2000 as size_kb, source_channel
from cases
where i % 2 = 0;

create table silver.tickets as
select
    strftime(cases.created_at at time zone 'America/Bogota', '%Y-%m') as month,
    (cases.created_at at time zone 'America/Bogota')::date as created_day,
    cases.ticket_id, cases.external_id, cases.source_channel, cases.pqrs_type, cases.subtype,
    cases.priority, cases.geo_id, cases.region, cases.department, cases.municipio,
    cases.created_at,
    lives.radicated_at,
    (lives.radicated_at at time zone 'America/Bogota')::date as radicated_day,
    coalesce(lives.status, 'RECEIVED') as current_status,
    coalesce(lives.since, cases.created_at) as status_since_at,
    messages.first_response_at,
    lives.first_responded_at,
    if(lives.first_responded_at is null, null, 'ANSWERED') as outcome,
    lives.closed_at,
    'academic_v1' as sla_policy_id,
    15 as sla_days,
    'CLOSED' as sla_stops_at,
    if(
        lives.closed_at is not null and cases.i % 10 = 0, 16 * 86400, least(lives.elapsed, 15 * 86400)
    ) as sla_elapsed_seconds,
    if(lives.closed_at is null, cases.created_at + to_days(20), null) as sla_due_at,
    lives.closed_at is not null and cases.i % 10 = 0 as is_late,
    (lives.closed_at is not null)::integer as closings_count,
    0 as invalid_transitions_count,
    0 as reopen_count, 0 as hold_count, 0::bigint as on_hold_seconds,
    coalesce(messages.messages_count, 0) as messages_count,
    (cases.i % 2 = 0)::integer as attachments_count,
    greatest(cases.created_at, lives.since, messages.last_at) as last_event_at
from cases
left join (
    select
        ticket_id,
        min(ts) filter (where status_to = 'RADICATED') as radicated_at,
        min(ts) filter (where status_to = 'RESPONDED') as first_responded_at,
        max(ts) filter (where status_to = 'CLOSED') as closed_at,
        max_by(status_to, change_no) as status, max(ts) as since,
        max(sla_elapsed_seconds) as elapsed
    from silver.status_events group by 1
) as lives using (ticket_id)
left join (
    select
        ticket_id, count(*) as messages_count, max(ts) as last_at,
        min(ts) filter (where role = 'agent') as first_response_at
    from silver.messages group by 1
) as messages using (ticket_id);

create temp table days as
select (date '2025-09-01' + n::integer)::date as day from range(getvariable('days')) as days (n);

create temp table types as select unnest(['P', 'Q', 'R', 'S']) as pqrs_type;

create table gold.kpi_volume as
select
    day, channel, pqrs_type, getvariable('version')::bigint as tickets_count,
    1.50::decimal(12, 2) as tickets_count_avg_7d,
    0::bigint as tickets_count_change_1d, null::bigint as tickets_count_change_7d
from days
cross join types
cross join (select unnest(['email', 'webform', 'chat', 'call', 'other_digital']) as channel);

create table gold.kpi_backlog as
select
    day, pqrs_type, region, getvariable('version')::bigint as backlog_count,
    1.50::decimal(12, 2) as backlog_count_avg_7d,
    0::bigint as backlog_count_change_1d, null::bigint as backlog_count_change_7d
from days
cross join types
cross join (select distinct region from geography);

create table gold.kpi_sla as
select
    day, pqrs_type, getvariable('version')::bigint as closings_count, 0::bigint as within_sla_count,
    0.00::decimal(5, 2) as within_sla_pct, 1::bigint as overdue_count,
    2.25::decimal(12, 2) as avg_overdue_days,
    null::decimal(12, 2) as closings_count_avg_7d, null::bigint as closings_count_change_1d,
    null::bigint as closings_count_change_7d, null::decimal(12, 2) as overdue_count_avg_7d,
    null::bigint as overdue_count_change_1d, null::bigint as overdue_count_change_7d
from days cross join types;

create table gold.kpi_sla_cohort as
select
    day, pqrs_type, getvariable('version')::bigint as due_count, 0::bigint as in_term_count,
    0::bigint as late_count, getvariable('version')::bigint as open_count,
    0.00::decimal(5, 2) as in_term_pct
from days cross join types;

create table gold.kpi_first_response as
select
    day, pqrs_type, getvariable('version')::bigint as responses_count,
    1.25::decimal(12, 2) as avg_hours_to_first_response,
    1.00::decimal(12, 2) as median_hours_to_first_response,
    2.00::decimal(12, 2) as p90_hours_to_first_response,
    null::decimal(12, 2) as responses_count_avg_7d,
    null::bigint as responses_count_change_1d, null::bigint as responses_count_change_7d
from days cross join types;

create table gold.kpi_close_time as
select
    day, pqrs_type, getvariable('version')::bigint as closings_count,
    1.25::decimal(12, 2) as avg_hours_to_close,
    1.00::decimal(12, 2) as median_hours_to_close,
    2.00::decimal(12, 2) as p90_hours_to_close,
    null::decimal(12, 2) as closings_count_avg_7d,
    null::bigint as closings_count_change_1d, null::bigint as closings_count_change_7d
from days cross join types;

create temp table figures as
select
    getvariable('version')::bigint as tickets_count, 3::bigint as backlog_count,
    2::bigint as closings_count, 1::bigint as within_sla_count,
    50.00::decimal(5, 2) as within_sla_pct, 1::bigint as overdue_count,
    2.25::decimal(12, 2) as avg_overdue_days, 2::bigint as responses_count,
    1.25::decimal(12, 2) as avg_hours_to_first_response,
    1.00::decimal(12, 2) as median_hours_to_first_response,
    2.00::decimal(12, 2) as p90_hours_to_first_response,
    1.25::decimal(12, 2) as avg_hours_to_close, 1.00::decimal(12, 2) as median_hours_to_close,
    2.00::decimal(12, 2) as p90_hours_to_close;

create table gold.kpi_priority as
select day, priority, figures.*
from days cross join (select unnest(['alta', 'media', 'baja']) as priority) cross join figures;

create table gold.kpi_department as
select day, dane_department_code, department, figures.*
from days
cross join (select distinct left(geo_id, 2) as dane_department_code, department from geography)
cross join figures;

create table gold.kpi_municipality as
select day, geo_id, region, department, municipio, figures.*
from days cross join geography cross join figures;

create table gold.kpi_ageing as
select day, pqrs_type, age_band_order, age_band, getvariable('version')::bigint as open_count
from days cross join types cross join (
    values (1, '0-5'), (2, '6-10'), (3, '11-15'), (4, '16-30'), (5, '>30')
) as bands (age_band_order, age_band);

create table gold.kpi_status_transitions as
select
    day, pqrs_type, status_from, status_to, getvariable('version')::bigint as transitions_count,
    1.25::decimal(12, 2) as avg_hours_in_state, 1.00::decimal(12, 2) as median_hours_in_state,
    2.00::decimal(12, 2) as p90_hours_in_state
from days cross join types cross join steps;

create table gold.kpi_flow_variants as
select
    day, pqrs_type,
    'RECEIVED>RADICATED>CLASSIFIED>ASSIGNED>IN_PROGRESS>RESPONDED>CLOSED' as variant,
    6::bigint as transitions_count, 0::bigint as holds_count, 0::bigint as reopenings_count,
    false as is_rework, getvariable('version')::bigint as closings_count,
    0::bigint as within_sla_count, 0::bigint as nonconforming_count,
    1.25::decimal(12, 2) as avg_hours_to_close, 1.00::decimal(12, 2) as median_hours_to_close,
    2.00::decimal(12, 2) as p90_hours_to_close
from days cross join types;

create table gold.tickets_snapshot as
select
    (select (ends_at at time zone 'America/Bogota')::date - 1 from world_end) as day,
    ticket_id, source_channel as channel, pqrs_type, priority, region, geo_id,
    current_status as status, created_day, 0 as age_business_days, sla_days,
    sla_elapsed_seconds::bigint as sla_elapsed_seconds, false as is_overdue
from silver.tickets
where closed_at is null;
