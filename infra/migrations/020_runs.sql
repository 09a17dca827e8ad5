create or replace function meta.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at := clock_timestamp();
    return new;
end
$$;
comment on function meta.touch_updated_at() is
'Trigger of every meta table with updated_at: the time of the last change is never set by hand.';

create table if not exists meta.worlds (
    world_id uuid primary key,
    seed bigint not null,
    config_hash text not null,
    code_hash text not null,
    first_day date not null,
    kind text not null check (kind in ('simulated', 'ingested')),
    config jsonb not null default '{}',
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    -- Whose turn it is: a lock of the database dies with its connection, a number does not.
    holder bigint not null default 0,
    origin text not null default ''
);
create or replace trigger touch_updated_at before update on meta.worlds
for each row execute function meta.touch_updated_at();

create table if not exists meta.etl_runs (
    run_id uuid primary key,
    world_id uuid not null references meta.worlds (world_id),
    run_seq bigint generated always as identity unique,
    seed bigint not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    -- COMMITTED: every layer up to gold is there, and nobody asked to publish it.
    status text not null
    check (status in ('RUNNING', 'PUBLISHED', 'DEGRADED', 'COMMITTED', 'FAILED', 'CANCELLED')),
    date_min date not null,
    date_max date not null,
    git_sha text,
    config_hash text not null,
    attempt integer not null default 1 check (attempt >= 1),
    raw_objects_count bigint check (raw_objects_count >= 0),
    bronze_rows bigint check (bronze_rows >= 0),
    silver_rows bigint check (silver_rows >= 0),
    gold_rows bigint check (gold_rows >= 0),
    error text,
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint etl_runs_dates_in_order check (date_min <= date_max)
);
create or replace trigger touch_updated_at before update on meta.etl_runs
for each row execute function meta.touch_updated_at();

create table if not exists meta.task_runs (
    task_run_id bigint generated always as identity primary key,
    run_id uuid not null references meta.etl_runs (run_id),
    attempt integer not null check (attempt >= 1),
    task text not null,
    layer text,
    status text not null check (status in ('RUNNING', 'SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELLED')),
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    rows_in bigint check (rows_in >= 0),
    rows_out bigint check (rows_out >= 0),
    bytes bigint check (bytes >= 0),
    seconds numeric(12, 3) check (seconds >= 0),
    cpu_seconds numeric(12, 3) check (cpu_seconds >= 0),
    detail jsonb not null default '{}',
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);
create or replace trigger touch_updated_at before update on meta.task_runs
for each row execute function meta.touch_updated_at();

-- What became of every row of a delivery, one row per run of it. Written before its raw events are
-- committed, so that a delivery that is in the lake is always known.
create table if not exists meta.deliveries (
    run_id uuid primary key references meta.etl_runs (run_id) on delete cascade,
    world_id uuid not null references meta.worlds (world_id),
    -- The files, their mapping and their source: the same delivery again changes nothing.
    delivery_sha256 text not null check (delivery_sha256 ~ '^[0-9a-f]{64}$'),
    rows_total bigint not null check (rows_total >= 0),
    cases_made bigint not null check (cases_made >= 0),
    lines_taken bigint not null check (lines_taken >= 0),
    rows_merged bigint not null check (rows_merged >= 0),
    rows_quarantined bigint not null check (rows_quarantined >= 0),
    rows_skipped bigint not null check (rows_skipped >= 0),
    account jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint deliveries_rows_add_up check (
        rows_total = cases_made + lines_taken + rows_merged + rows_quarantined + rows_skipped
    )
);

-- The runs of a world in order: effective objects, `pqr runs`.
create index if not exists etl_runs_world_seq on meta.etl_runs (world_id, run_seq desc);
-- What is running or failed now: status pages and alerts.
create index if not exists etl_runs_status on meta.etl_runs (status, started_at desc);
-- The history of one run's tries.
create index if not exists task_runs_run on meta.task_runs (run_id, attempt, task_run_id);
-- Whether a delivery is in a world already.
create index if not exists deliveries_world on meta.deliveries (world_id, delivery_sha256);

comment on table meta.worlds is
'A world: what seed, configuration and simulator fix, or the one world of ingested events.';
comment on column meta.worlds.code_hash is 'SHA-256 of the code and lists that make raw.';
comment on column meta.worlds.kind is 'simulated or ingested.';
comment on column meta.worlds.config is 'The configuration as JSON, to read; config_hash decides.';
comment on column meta.worlds.holder is
'How often the lock of this world was taken: the number of who holds it now, or held it last.';
comment on column meta.worlds.origin is
'Which configuration file and scenario it was made from; empty for ingested events.';
comment on table meta.etl_runs is 'One row a run, that is a range of days of a world, as its latest try left it.';
comment on table meta.task_runs is 'The tries: one row a task of an attempt of a run.';
comment on column meta.task_runs.task_run_id is 'Key of the try of a task.';
comment on column meta.task_runs.task is 'Name of the task.';
comment on column meta.task_runs.rows_in is 'Rows read.';
comment on column meta.task_runs.rows_out is 'Rows written.';
comment on column meta.task_runs.bytes is 'Bytes written.';
comment on column meta.task_runs.seconds is 'Wall-clock seconds.';
comment on column meta.task_runs.cpu_seconds is 'CPU seconds, children included.';
comment on column meta.task_runs.detail is 'What else the task reports, as JSON.';
comment on table meta.deliveries is 'What became of every row that was delivered: one row per run of a delivery.';
comment on column meta.deliveries.run_id is 'The run that landed the delivery.';
comment on column meta.deliveries.world_id is 'The world that the delivery belongs to.';
comment on column meta.deliveries.delivery_sha256 is 'SHA-256 of the files, their mapping and their source.';
comment on column meta.deliveries.rows_total is 'Rows of all files, without headers; lines of JSONL files.';
comment on column meta.deliveries.cases_made is 'Rows that became a case.';
comment on column meta.deliveries.lines_taken is 'Lines of JSONL files; bronze judges them.';
comment on column meta.deliveries.rows_merged is 'Earlier rows of a case that a later row replaces.';
comment on column meta.deliveries.rows_quarantined is 'Rows that cannot become a case.';
comment on column meta.deliveries.rows_skipped is 'Rows that hold no case: blank rows, repeated headers, totals.';
comment on column meta.deliveries.account is
'The counts by reason, the files read and not read, and how municipalities were recognised.';
comment on column meta.deliveries.created_at is 'When the row was written.';
