create or replace function meta.touch_updated_at() returns trigger
language plpgsql
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
    updated_at timestamptz not null default clock_timestamp()
);

create table if not exists meta.etl_runs (
    run_id uuid primary key,
    world_id uuid not null references meta.worlds (world_id),
    run_seq bigint generated always as identity unique,
    seed bigint not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    status text not null check (status in ('RUNNING', 'PUBLISHED', 'DEGRADED', 'FAILED', 'CANCELLED')),
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

-- The runs of a world in order: effective objects, `pqr runs`.
create index if not exists etl_runs_world_seq on meta.etl_runs (world_id, run_seq desc);
-- What is running or failed now: status pages and alerts.
create index if not exists etl_runs_status on meta.etl_runs (status, started_at desc);
-- The history of one run's tries.
create index if not exists task_runs_run on meta.task_runs (run_id, attempt, task_run_id);

do $$
declare
    table_name text;
begin
    foreach table_name in array array['worlds', 'etl_runs', 'task_runs'] loop
        execute format('drop trigger if exists touch_updated_at on meta.%I', table_name);
        execute format(
            'create trigger touch_updated_at before update on meta.%I '
            'for each row execute function meta.touch_updated_at()', table_name
        );
    end loop;
end
$$;
