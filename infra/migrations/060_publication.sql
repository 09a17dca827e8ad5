-- A batch is one object as one version of its two models landed it: when the models change, the
-- object is landed anew, beside the batch that the live publication still names.
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
    served_code text not null default '',
    constraint batches_object_once unique (dataset, object_key, served_code)
);
create or replace trigger touch_updated_at before update on meta.batches
for each row execute function meta.touch_updated_at();

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
create or replace trigger touch_updated_at before update on meta.publications
for each row execute function meta.touch_updated_at();

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
create or replace trigger touch_updated_at before update on meta.current_publication
for each row execute function meta.touch_updated_at();

-- Which code made the serving tables as they are: a run of the same code loads rows and nothing else.
create table if not exists meta.serving_code (
    only_row boolean primary key default true check (only_row),
    code text not null
);

-- Which publications name a batch: collection.
create index if not exists publication_batches_batch on meta.publication_batches (batch_id);
-- The publications of a run, newest first: switching back.
create index if not exists publications_run on meta.publications (run_id, publication_id desc);
-- What a run still has to land.
create index if not exists batches_pending on meta.batches (run_id) where landed_at is null;

create or replace view meta.runs as
select
    etl_runs.run_id, etl_runs.seed, etl_runs.started_at, etl_runs.finished_at, etl_runs.status,
    etl_runs.date_min, etl_runs.date_max, etl_runs.git_sha, etl_runs.config_hash,
    etl_runs.raw_objects_count, etl_runs.bronze_rows, etl_runs.silver_rows, etl_runs.gold_rows,
    etl_runs.executed_by, etl_runs.executor_role, etl_runs.execution_context, etl_runs.world_id,
    etl_runs.run_seq, etl_runs.attempt, etl_runs.error,
    extract(epoch from etl_runs.finished_at - etl_runs.started_at) as duration_seconds,
    live.run_id is not null as is_live,
    live.published_at as live_since
from meta.etl_runs
left join (
    select publications.run_id, publications.published_at
    from meta.current_publication
    join meta.publications using (publication_id)
) as live using (run_id);

-- One row, or none before the first publication: what every view of silver, gold and core shows.
create or replace view meta.live_publication as
select
    publications.publication_id, publications.world_id, publications.run_id, publications.attempt,
    publications.status, publications.is_degraded, publications.first_day, publications.last_day,
    publications.published_at
from meta.current_publication
join meta.publications using (publication_id);

-- The planner has to know that there is one pointer and how many batches a publication names. Only
-- the owner of a table may analyze it, so the writer asks through this function.
create or replace function meta.analyze_publication() returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    analyze meta.current_publication, meta.publications, meta.publication_batches, meta.batches;
$$;

comment on function meta.analyze_publication() is
'Fresh statistics of the publication''s tables; the writer calls it after each publication.';

revoke all on function meta.analyze_publication() from public;

comment on table meta.batches is
'A batch: one object (a partition of a dataset, as a run wrote it) as it stands in schema serving.';
comment on column meta.batches.layer is 'Where the object comes from: seed, enrichment, silver or gold.';
comment on column meta.batches.run_id is 'The run whose object this is.';
comment on column meta.batches.object_key is
'Key of the object that was landed; of a seed its path and content hash.';
comment on column meta.batches.object_sha256 is 'SHA-256 of the object that was landed.';
comment on column meta.batches.rows is 'Rows of the object, and of the batch once landed.';
comment on column meta.batches.landed_at is 'When its rows were verified in serving; null: not to be published yet.';
comment on column meta.batches.served_code is 'Hash of the publish and serving models that landed it.';
comment on table meta.publications is
'A publication: the batches that people see together. Never changed after it is written.';
comment on column meta.publications.status is 'PUBLISHED, or DEGRADED after a warning.';
comment on column meta.publications.is_degraded is 'True when a check with severity warning had failed.';
comment on column meta.publications.last_day is 'Last day of the published run, Colombian calendar.';
comment on table meta.publication_batches is 'The batches that a publication names.';
comment on table meta.current_publication is
'One row: the publication that every view follows. Publishing and going back change this row.';
comment on table meta.serving_code is
'One row, absent while tables are being declared: what made the tables, keys, comments and views of serving.';
comment on column meta.serving_code.only_row is 'Always true.';
comment on column meta.serving_code.code is
'Hash of the code that declares served datasets, and a digest of what it left in PostgreSQL.';
comment on view meta.runs is 'The runs, with which one is live.';
comment on column meta.runs.duration_seconds is 'Seconds from start to end of the latest try.';
comment on column meta.runs.is_live is 'True for the run that the views show now.';
comment on column meta.runs.live_since is 'When the live publication was written.';
comment on view meta.live_publication is 'The publication that the views follow now; no row before the first one.';
comment on column meta.live_publication.world_id is 'The world that is shown.';
comment on column meta.live_publication.run_id is 'The run that published.';
comment on column meta.live_publication.attempt is 'The try that published.';
comment on column meta.live_publication.status is 'PUBLISHED, or DEGRADED after a warning.';
comment on column meta.live_publication.is_degraded is 'True when a check with severity warning failed.';
comment on column meta.live_publication.last_day is 'Last day shown, Colombian calendar.';
