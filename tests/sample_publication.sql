-- A published run of 30 days, small and made up: every metric, question and page has something to
-- show. The gold relations have the contract's columns; in a real database they are views.
-- Kept apart from the pipeline on purpose: these tests ask what is shown, not how it was made.
insert into meta.worlds (world_id, seed, config_hash, code_hash, first_day, kind) values
(uuid '11111111-1111-5111-8111-111111111111', 42, 'c0ffee', 'c0de', '2025-09-01', 'simulated');

insert into meta.etl_runs (
    run_id, world_id, seed, started_at, finished_at, status, date_min, date_max, git_sha,
    config_hash, raw_objects_count, bronze_rows, silver_rows, gold_rows
) values (
    uuid '22222222-2222-5222-8222-222222222222', uuid '11111111-1111-5111-8111-111111111111', 42,
    now() - interval '10 minutes', now() - interval '8 minutes', 'PUBLISHED',
    '2025-09-01', '2025-09-30', 'abc1234', 'c0ffee', 150, 412000, 405000, 5400
);

insert into meta.task_runs (
    run_id, attempt, task, layer, status, finished_at, rows_out, bytes, seconds, cpu_seconds
)
select
    uuid '22222222-2222-5222-8222-222222222222', 1, layer, layer, 'SUCCEEDED', now(), figures.rows_out,
    figures.size, figures.seconds, figures.seconds * 1.6
from (values
    ('raw', 412050, 160000000, 14.2), ('bronze', 412000, 31000000, 21.7),
    ('silver', 405000, 28000000, 18.3), ('gold', 5400, 900000, 9.1),
    ('serving', 410400, 0, 22.5)
) as figures (layer, rows_out, size, seconds);

insert into meta.manifest_index (
    run_id, world_id, layer, build_id, s3_manifest_path, manifest_sha256, attempt, rows
)
select
    uuid '22222222-2222-5222-8222-222222222222', uuid '11111111-1111-5111-8111-111111111111', layer,
    'abcdefabcdef', 'manifests/' || layer || '.json', encode(sha256(layer::bytea), 'hex'), 1, total
from (values ('raw', 412050), ('bronze', 412000), ('silver', 405000), ('gold', 5400)) as m (layer, total);

insert into meta.manifest_objects (manifest_seq, dataset, partition, key, size, sha256, rows, counts)
select
    manifest_seq,
    objects.dataset,
    'source=email/day=2025-09-01',
    objects.dataset || '/' || layer,
    objects.size,
    encode(sha256((objects.dataset || layer)::bytea), 'hex'),
    objects.total,
    objects.counts::jsonb
from meta.manifest_index
join (values
    ('raw', 'pqrs', 160000000, 412050, '{"lines": 412050}'),
    (
        'bronze', 'pqrs_events', 30990000, 412000,
        '{"lines": 412050, "quarantined": {"JSON_SYNTAX": 30, "DUP_EVENT_SAME_PAYLOAD": 20}}'
    ),
    ('bronze', 'quarantine', 10000, 50, '{}'),
    ('silver', 'tickets', 28000000, 405000, '{}'),
    ('gold', 'kpi_volume', 900000, 5400, '{}')
) as objects (layer, dataset, size, total, counts) using (layer);

insert into meta.data_quality (
    run_id, attempt, dataset, check_name, result, value, threshold, layer, severity, tool
)
select
    uuid '22222222-2222-5222-8222-222222222222', 1, 'tickets', 'check_' || number, 'PASS', 0, 0,
    case when number % 3 = 0 then 'gold' else 'silver' end, 'critical', 'dbt'
from generate_series(1, 41) as number
union all
select
    uuid '22222222-2222-5222-8222-222222222222', 1, 'tickets', 'orphans', 'WARN', 3, 0,
    'silver', 'warning', 'dbt';

with published as (
    insert into meta.publications (world_id, run_id, attempt, status, first_day, last_day)
    values (
        uuid '11111111-1111-5111-8111-111111111111', uuid '22222222-2222-5222-8222-222222222222', 1,
        'PUBLISHED', '2025-09-01', '2025-09-30'
    )
    returning publication_id
)

insert into meta.current_publication (publication_id) select publication_id from published;

create table gold.kpi_volume_daily as
select
    day::date as day,
    channel,
    pqrs_type,
    greatest(0, round(
        1150 * channel_share * type_share
        * case extract(isodow from day) when 7 then 0.45 when 6 then 0.6 else 1.2 end
        * case when day::date between '2025-09-15' and '2025-09-19' then 2.6 else 1 end
        * (1 + 0.12 * sin(extract(doy from day) * 1.7 + channel_share * 40 + type_share * 90))
    ))::bigint as tickets_count
from generate_series(date '2025-09-01', date '2025-09-30', interval '1 day') as day
cross join (values
    ('email', 0.38), ('webform', 0.31), ('chat', 0.14), ('call', 0.11), ('other_digital', 0.06)
) as channels (channel, channel_share)
cross join (values ('P', 0.30), ('Q', 0.25), ('R', 0.30), ('S', 0.15)) as types (pqrs_type, type_share);

create table gold.kpi_backlog_daily as
select
    day::date as day,
    pqrs_type,
    region,
    round(
        type_share * region_share * 9000 * (1 - exp(-(day::date - date '2025-08-31') / 9.0))
    )::bigint as backlog_count
from generate_series(date '2025-09-01', date '2025-09-30', interval '1 day') as day
cross join (values ('P', 0.30), ('Q', 0.25), ('R', 0.30), ('S', 0.15)) as types (pqrs_type, type_share)
cross join (values
    ('Andina', 0.55), ('Caribe', 0.22), ('Pacífica', 0.15), ('Orinoquía', 0.04),
    ('Amazonía', 0.03), ('Insular', 0.01)
) as regions (region, region_share);

create table gold.kpi_sla_daily as
with closings as (
    select
        day::date as day,
        pqrs_type,
        case when extract(isodow from day) >= 6 or day::date < '2025-09-05' then 0
            else round(type_share * 1000 * (1 + 0.1 * sin(extract(doy from day))))
        end::bigint as closings_count,
        0.03 + 0.09 * (0.5 + 0.5 * sin(extract(doy from day) * 0.6 + type_share * 20)) as late_share,
        round(type_share * 26 * greatest(0, day::date - date '2025-09-10'))::bigint as overdue_count
    from generate_series(date '2025-09-01', date '2025-09-30', interval '1 day') as day
    cross join (values ('P', 0.30), ('Q', 0.25), ('R', 0.30), ('S', 0.15)) as types (pqrs_type, type_share)
)

select
    day,
    pqrs_type,
    closings_count,
    round((closings_count * (1 - late_share))::numeric)::bigint as within_sla_count,
    round(100.0 * round((closings_count * (1 - late_share))::numeric) / nullif(closings_count, 0), 2)
        as within_sla_pct,
    overdue_count,
    case when overdue_count > 0 then round((overdue_count / 90.0)::numeric, 2) end as avg_overdue_days
from closings;

create table gold.kpi_first_response_daily as
select
    day,
    pqrs_type,
    closings_count as responses_count,
    case when closings_count > 0 then round((26 + 5 * sin(extract(doy from day)))::numeric, 2) end
        as avg_hours_to_first_response,
    case when closings_count > 0 then 22.50 end as median_hours_to_first_response,
    case when closings_count > 0 then 61.25 end as p90_hours_to_first_response
from gold.kpi_sla_daily;

create table gold.kpi_close_time_daily as
select
    day,
    pqrs_type,
    closings_count,
    case when closings_count > 0 then round((190 + 20 * sin(extract(doy from day)))::numeric, 2) end
        as avg_hours_to_close,
    case when closings_count > 0 then 180.00 end as median_hours_to_close,
    case when closings_count > 0 then 330.75 end as p90_hours_to_close
from gold.kpi_sla_daily;

create table gold.kpi_ageing_daily as
select
    day,
    pqrs_type,
    age_band_order,
    age_band,
    sum(round(backlog_count * share))::bigint as open_count
from gold.kpi_backlog_daily
cross join (values
    (1, '0-5', 0.42), (2, '6-10', 0.31), (3, '11-15', 0.19), (4, '16-30', 0.07), (5, '>30', 0.01)
) as bands (age_band_order, age_band, share)
group by 1, 2, 3, 4;

create table gold.kpi_model_quality_daily as
select
    day,
    model_type,
    1 as versions_count,
    200 as judged_count,
    180 as covered_count,
    140 as agreed_count,
    77.78 as agreed_pct,
    10.00 as abstained_pct,
    81.00 as score_pct,
    2.00 as drift_pct
from (select distinct day from gold.kpi_sla_daily) as days
cross join (values ('ensemble'), ('rules'), ('tfidf_lr')) as models (model_type);

create table silver.v_tickets_at_risk as
select gen_random_uuid() as ticket_id, pqrs_type
from (values ('P', 40), ('Q', 90), ('R', 120), ('S', 12)) as types (pqrs_type, cases)
cross join lateral generate_series(1, cases);

grant select on all tables in schema gold, silver to bi_reader;
