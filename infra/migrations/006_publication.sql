create table if not exists meta.batches (
    batch_id integer generated always as identity primary key,
    world_id uuid not null references meta.worlds (world_id),
    layer text not null check (layer in ('seed', 'enrichment', 'silver', 'gold')),
    dataset text not null,
    partition text not null,
    run_id uuid not null references meta.etl_runs (run_id),
    object_key text not null,
    object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
    rows bigint not null check (rows >= 0),
    landed_at timestamptz,
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    unique (dataset, object_key)
);

create table if not exists meta.publications (
    publication_id integer generated always as identity primary key,
    world_id uuid not null references meta.worlds (world_id),
    run_id uuid not null references meta.etl_runs (run_id),
    attempt integer not null check (attempt >= 1),
    status text not null check (status in ('PUBLISHED', 'DEGRADED')),
    is_degraded boolean generated always as (status = 'DEGRADED') stored,
    first_day date not null,
    last_day date not null,
    published_at timestamptz not null default clock_timestamp(),
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);

create table if not exists meta.publication_batches (
    publication_id integer not null references meta.publications (publication_id) on delete cascade,
    dataset text not null,
    -- No cascade: a batch that a publication names cannot be deleted.
    batch_id integer not null references meta.batches (batch_id),
    primary key (publication_id, dataset, batch_id)
);

create table if not exists meta.current_publication (
    only_row boolean primary key default true check (only_row),
    publication_id integer not null references meta.publications (publication_id),
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);

-- Which publications name a batch: collection.
create index if not exists publication_batches_batch on meta.publication_batches (batch_id);
-- The publications of a run, newest first: switching back.
create index if not exists publications_run on meta.publications (run_id, publication_id desc);
-- What a run still has to land.
create index if not exists batches_pending on meta.batches (run_id) where landed_at is null;

do $$
declare
    table_name text;
begin
    foreach table_name in array array[
        'data_quality', 'model_registry', 'model_evaluation',
        'batches', 'publications', 'current_publication'
    ] loop
        execute format('drop trigger if exists touch_updated_at on meta.%I', table_name);
        execute format(
            'create trigger touch_updated_at before update on meta.%I '
            'for each row execute function meta.touch_updated_at()', table_name
        );
    end loop;
end
$$;
