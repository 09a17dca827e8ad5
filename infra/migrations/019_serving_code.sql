-- Which code made the serving tables as they are: a run of the same code loads rows and nothing else.
create table if not exists meta.serving_code (
    only_row boolean primary key default true check (only_row),
    code text not null
);

comment on table meta.serving_code is
'One row, absent while tables are being declared: what made the tables, keys, comments and views of serving.';
comment on column meta.serving_code.only_row is 'Always true.';
comment on column meta.serving_code.code is
'Hash of the code that declares served datasets, and a digest of what it left in PostgreSQL.';
