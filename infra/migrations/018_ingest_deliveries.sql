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
-- Whether a delivery is in a world already.
create index if not exists deliveries_world on meta.deliveries (world_id, delivery_sha256);

comment on table meta.deliveries is
'What became of every row that was delivered: one row per run of a delivery.';
comment on column meta.deliveries.run_id is 'The run that landed the delivery.';
comment on column meta.deliveries.world_id is 'The world that the delivery belongs to.';
comment on column meta.deliveries.delivery_sha256 is
'SHA-256 of the files, their mapping and their source.';
comment on column meta.deliveries.rows_total is
'Rows of all files, without headers; lines of JSONL files.';
comment on column meta.deliveries.cases_made is 'Rows that became a case.';
comment on column meta.deliveries.lines_taken is 'Lines of JSONL files; bronze judges them.';
comment on column meta.deliveries.rows_merged is 'Earlier rows of a case that a later row replaces.';
comment on column meta.deliveries.rows_quarantined is 'Rows that cannot become a case.';
comment on column meta.deliveries.rows_skipped is
'Rows that hold no case: blank rows, repeated headers, totals.';
comment on column meta.deliveries.account is
'The counts by reason, the files read and not read, and how municipalities were recognised.';
comment on column meta.deliveries.created_at is 'When the row was written.';
