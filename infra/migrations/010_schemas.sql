create schema if not exists landing;
create schema if not exists serving;
create schema if not exists silver;
create schema if not exists gold;
create schema if not exists core;
create schema if not exists iceberg;

comment on schema meta is
'Control plane: worlds, runs, manifests, checks, batches and publications. Written by pqr alone.';
comment on schema landing is
'Where DuckDB puts the rows of the batches that a run is publishing. Emptied once they are served.';
comment on schema serving is
'Base tables of the published truth, keyed by batch_id. Read them through silver, gold and core.';
comment on schema silver is
'The current publication, case level: views of tickets, messages, status events, dimensions.';
comment on schema gold is 'The current publication, KPI level: one view a KPI, one row per day and dimension values.';
comment on schema core is
'The current publication in the words of a case-management system: tickets, events, messages.';
comment on schema iceberg is
'The SQL catalog of the Iceberg tables over silver and gold. Written by pqr alone: pqr lake tables.';
