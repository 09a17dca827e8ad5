create schema if not exists meta;

create table if not exists meta.migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp(),
    applied_by text not null default session_user
);

comment on table meta.migrations is 'The files of infra/migrations that were applied, once each.';
comment on column meta.migrations.name is 'Name of the file.';
comment on column meta.migrations.checksum is
'SHA-256 of the file when it was applied: an applied file is never edited, a change is a new file.';
comment on column meta.migrations.applied_at is 'When it was applied, UTC.';
comment on column meta.migrations.applied_by is 'Database login that applied it.';
