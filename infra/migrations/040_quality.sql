create table if not exists meta.data_quality (
    data_quality_id bigint generated always as identity primary key,
    run_id uuid not null references meta.etl_runs (run_id),
    attempt integer not null check (attempt >= 1),
    dataset text not null,
    check_name text not null,
    result text not null check (result in ('PASS', 'WARN', 'FAIL', 'ERROR', 'SKIPPED')),
    value numeric,
    threshold numeric,
    details_json jsonb not null default '{}',
    layer text not null,
    severity text not null check (severity in ('critical', 'warning')),
    tool text not null,
    checked_at timestamptz not null default clock_timestamp(),
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    -- A result belongs to a build of its layer, and to the policy and code that gave it.
    build_id text,
    judged_by text
);
create or replace trigger touch_updated_at before update on meta.data_quality
for each row execute function meta.touch_updated_at();

-- All checks of one attempt: the gate before publication, quality pages.
create index if not exists data_quality_run on meta.data_quality (run_id, attempt, layer, dataset);
-- One check over time: its trend.
create index if not exists data_quality_check on meta.data_quality (check_name, dataset, checked_at desc);
-- What is not well: alerts. Most rows pass, so this index stays small.
create index if not exists data_quality_not_passed on meta.data_quality (checked_at desc)
where result in ('WARN', 'FAIL', 'ERROR');

create or replace view meta.quality_checks as
select
    data_quality.run_id, data_quality.dataset, data_quality.check_name, data_quality.result,
    data_quality.value, data_quality.threshold, data_quality.details_json, data_quality.layer,
    data_quality.severity, data_quality.tool, data_quality.attempt, data_quality.checked_at,
    data_quality.attempt = etl_runs.attempt as is_latest_attempt
from meta.data_quality
join meta.etl_runs using (run_id);

-- One row per check of a run: of each layer and tool the last try that checked the build that counts
-- now. A run that failed also shows the build that it could not commit.
create or replace view meta.current_checks as
with builds as (
    select distinct on (run_id, layer) run_id, layer, build_id
    from meta.manifest_index
    order by run_id, layer, effective_seq desc
),

judged as (
    select
        data_quality.*,
        etl_runs.status as run_status,
        builds.build_id is null
        or data_quality.build_id is null
        or data_quality.build_id = builds.build_id
        -- Unit tests run once per version of the code, which the second half of a build_id names.
        or (
            data_quality.tool = 'dbt unit test'
            and right(data_quality.build_id, 32) = right(builds.build_id, 32)
        ) as is_of_current_build
    from meta.data_quality
    join meta.etl_runs using (run_id)
    left join builds using (run_id, layer)
),

ranked as (
    select
        *,
        max(attempt) over (partition by run_id, layer, tool) as last_attempt
    from judged
    where is_of_current_build or run_status = 'FAILED'
)

select distinct on (run_id, layer, tool, dataset, check_name, details_json ->> 'unique_id')
    data_quality_id, run_id, attempt, layer, dataset, check_name, tool, severity, result, value,
    threshold, details_json, build_id, is_of_current_build, checked_at
from ranked
where attempt = last_attempt
order by
    run_id, layer, tool, dataset, check_name, details_json ->> 'unique_id', data_quality_id desc;

-- One row a day of checking, layer and tool: the latest try of each run counts.
create or replace view meta.quality_by_layer as
select
    (checked_at at time zone 'America/Bogota')::date as day,
    layer,
    tool,
    count(*) as checks_count,
    count(*) filter (where result = 'PASS') as passed_count,
    count(*) filter (where result = 'WARN') as warned_count,
    count(*) filter (where result in ('FAIL', 'ERROR')) as failed_count,
    count(*) filter (where result = 'SKIPPED') as skipped_count,
    round(
        100.0 * count(*) filter (where result = 'PASS')
        / nullif(count(*) filter (where result <> 'SKIPPED'), 0),
        2
    ) as passed_pct
from meta.current_checks
group by 1, layer, tool;

-- One row a result of a check, with what it measured the time before in the same world.
create or replace view meta.quality_history as
select
    data_quality.layer, data_quality.dataset, data_quality.check_name, data_quality.tool,
    data_quality.severity, etl_runs.world_id, data_quality.run_id, etl_runs.run_seq,
    etl_runs.date_min, etl_runs.date_max, data_quality.attempt, data_quality.checked_at,
    data_quality.result, data_quality.value, data_quality.threshold,
    lag(data_quality.value) over (
        partition by
            etl_runs.world_id, data_quality.layer, data_quality.dataset, data_quality.check_name
        order by data_quality.checked_at, data_quality.data_quality_id
    ) as previous_value
from meta.data_quality
join meta.etl_runs using (run_id);

-- One row a check that ever failed or warned, in the order of how often.
create or replace view meta.quality_worst_checks as
select
    layer, dataset, check_name, tool,
    count(*) as checks_count,
    count(*) filter (where result in ('FAIL', 'ERROR')) as failed_count,
    count(*) filter (where result = 'WARN') as warned_count,
    count(distinct run_id) filter (where result in ('WARN', 'FAIL', 'ERROR')) as runs_count,
    max(checked_at) filter (where result in ('WARN', 'FAIL', 'ERROR')) as last_failed_at,
    (array_agg(result order by checked_at desc, data_quality_id desc))[1] as last_result
from meta.data_quality
group by layer, dataset, check_name, tool
having count(*) filter (where result in ('WARN', 'FAIL', 'ERROR')) > 0
order by failed_count desc, warned_count desc, last_failed_at desc;

comment on table meta.data_quality is
'One row a check of an attempt, passing ones included, with the measured value.';
comment on column meta.data_quality.threshold is 'The limit it was compared with; null where there is none.';
comment on column meta.data_quality.severity is
'critical stops the run before publication; warning publishes as DEGRADED.';
comment on column meta.data_quality.tool is 'What ran the check: dbt, great_expectations or pqr.';
comment on column meta.data_quality.build_id is
'Build of the layer that the result belongs to; null for results about the run itself.';
comment on column meta.data_quality.judged_by is
'sha256 of the policy and of the code of the checks, for results that later tries take over.';
comment on view meta.quality_checks is 'The results of all checks.';
comment on column meta.quality_checks.threshold is 'The limit it was compared with; null where there is none.';
comment on column meta.quality_checks.severity is
'critical stops the run before publication; warning publishes as DEGRADED.';
comment on column meta.quality_checks.tool is 'What ran the check: dbt, great_expectations or pqr.';
comment on column meta.quality_checks.is_latest_attempt is 'True when the latest try of the run wrote the result.';
comment on view meta.current_checks is
'One row per check of a run, for the builds that count now: what decides whether it is degraded.';
comment on column meta.current_checks.run_id is 'The run.';
comment on column meta.current_checks.attempt is 'Which try of the run ran the check.';
comment on column meta.current_checks.dataset is 'Dataset, such as silver.tickets.';
comment on column meta.current_checks.details_json is 'Query, limits, sample and seconds.';
comment on column meta.current_checks.build_id is 'Build of the layer that was checked.';
comment on column meta.current_checks.is_of_current_build is 'False for a build that a failed run did not commit.';
comment on view meta.quality_by_layer is
'One row a day, layer and tool: how many checks passed. Of each run its latest try.';
comment on column meta.quality_by_layer.day is 'Colombian calendar day on which the checks ran.';
comment on column meta.quality_by_layer.tool is 'What ran the checks.';
comment on column meta.quality_by_layer.checks_count is 'Results of the day.';
comment on column meta.quality_by_layer.passed_count is 'Of these, passed.';
comment on column meta.quality_by_layer.warned_count is 'Of these, failed with severity warning.';
comment on column meta.quality_by_layer.failed_count is 'Of these, failed with severity critical, or not made.';
comment on column meta.quality_by_layer.skipped_count is 'Of these, without a base to measure on.';
comment on column meta.quality_by_layer.passed_pct is 'Share that passed, 0 to 100, skipped ones apart.';
comment on view meta.quality_history is 'One row a result of a check: its value over runs, with the value before it.';
comment on column meta.quality_history.dataset is 'Dataset, such as silver.tickets.';
comment on column meta.quality_history.world_id is 'The world of the run.';
comment on column meta.quality_history.run_id is 'The run.';
comment on column meta.quality_history.run_seq is 'Order of the runs.';
comment on column meta.quality_history.attempt is 'Which try of the run ran the check.';
comment on column meta.quality_history.previous_value is 'What the check measured the time before, same world.';
comment on view meta.quality_worst_checks is 'One row a check that failed or warned at least once, the worst first.';
comment on column meta.quality_worst_checks.dataset is 'Dataset, such as silver.tickets.';
comment on column meta.quality_worst_checks.checks_count is 'How often it ran.';
comment on column meta.quality_worst_checks.failed_count is 'How often it failed or could not be made.';
comment on column meta.quality_worst_checks.warned_count is 'How often it warned.';
comment on column meta.quality_worst_checks.runs_count is 'In how many runs it failed or warned.';
comment on column meta.quality_worst_checks.last_failed_at is 'When it failed or warned last, UTC.';
comment on column meta.quality_worst_checks.last_result is 'Its latest result.';
