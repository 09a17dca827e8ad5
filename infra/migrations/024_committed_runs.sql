-- A run that is committed to gold and that nobody asked to publish: `pqr ingest` without --publish.
alter table meta.etl_runs drop constraint if exists etl_runs_status_check;
alter table meta.etl_runs add constraint etl_runs_status_check
check (status in ('RUNNING', 'PUBLISHED', 'DEGRADED', 'COMMITTED', 'FAILED', 'CANCELLED'));

update meta.etl_runs set status = 'COMMITTED', error = null
where status = 'CANCELLED' and error = 'gold is committed, publication was not asked for';
