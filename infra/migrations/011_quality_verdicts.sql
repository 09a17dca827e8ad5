-- A result of a check belongs to a build of its layer, and to the policy and code that gave it.
alter table meta.data_quality add column if not exists build_id text;
alter table meta.data_quality add column if not exists judged_by text;

comment on column meta.data_quality.build_id is
'Build of the layer that the result belongs to; null for results about the run itself.';
comment on column meta.data_quality.judged_by is
'sha256 of the policy and of the code of the checks, for results that later tries take over.';

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
    data_quality_id,
    run_id,
    attempt,
    layer,
    dataset,
    check_name,
    tool,
    severity,
    result,
    value,
    threshold,
    details_json,
    build_id,
    is_of_current_build,
    checked_at
from ranked
where attempt = last_attempt
order by
    run_id, layer, tool, dataset, check_name, details_json ->> 'unique_id', data_quality_id desc;

comment on view meta.current_checks is
'One row per check of a run, for the builds that count now: what decides whether it is degraded.';

do $$
declare
    item record;
begin
    for item in
        select * from (values
            ('data_quality_id', 'Key of the result.'),
            ('run_id', 'The run.'),
            ('attempt', 'Which try of the run ran the check.'),
            ('layer', 'Layer of the lake.'),
            ('dataset', 'Dataset, such as silver.tickets.'),
            ('check_name', 'Name of the check.'),
            ('tool', 'What ran the check.'),
            ('severity', 'critical stops the run; warning publishes as DEGRADED.'),
            ('result', 'PASS, WARN, FAIL, ERROR or SKIPPED.'),
            ('value', 'What was measured.'),
            ('threshold', 'The limit it was compared with.'),
            ('details_json', 'Query, limits, sample and seconds.'),
            ('build_id', 'Build of the layer that was checked.'),
            ('is_of_current_build', 'False for a build that a failed run did not commit.'),
            ('checked_at', 'When the check ran, UTC.')
        ) as texts (column_name, comment_text)
    loop
        execute format(
            'comment on column meta.current_checks.%I is %L', item.column_name, item.comment_text
        );
    end loop;
end
$$;
