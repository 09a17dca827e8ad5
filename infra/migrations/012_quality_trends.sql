-- How checks go over time, for BI: by layer and day, the worst of them, the history of each.

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
    data_quality.layer,
    data_quality.dataset,
    data_quality.check_name,
    data_quality.tool,
    data_quality.severity,
    etl_runs.world_id,
    data_quality.run_id,
    etl_runs.run_seq,
    etl_runs.date_min,
    etl_runs.date_max,
    data_quality.attempt,
    data_quality.checked_at,
    data_quality.result,
    data_quality.value,
    data_quality.threshold,
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
    layer,
    dataset,
    check_name,
    tool,
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

comment on view meta.quality_by_layer is
'One row a day, layer and tool: how many checks passed. Of each run its latest try.';
comment on view meta.quality_history is
'One row a result of a check: its value over runs, with the value before it.';
comment on view meta.quality_worst_checks is
'One row a check that failed or warned at least once, the worst first.';

do $$
declare
    item record;
begin
    for item in
        select * from (values
            ('quality_by_layer', 'day', 'Colombian calendar day on which the checks ran.'),
            ('quality_by_layer', 'layer', 'Layer of the lake.'),
            ('quality_by_layer', 'tool', 'What ran the checks.'),
            ('quality_by_layer', 'checks_count', 'Results of the day.'),
            ('quality_by_layer', 'passed_count', 'Of these, passed.'),
            ('quality_by_layer', 'warned_count', 'Of these, failed with severity warning.'),
            ('quality_by_layer', 'failed_count', 'Of these, failed with severity critical, or not made.'),
            ('quality_by_layer', 'skipped_count', 'Of these, without a base to measure on.'),
            ('quality_by_layer', 'passed_pct', 'Share that passed, 0 to 100, skipped ones apart.'),
            ('quality_history', 'layer', 'Layer of the lake.'),
            ('quality_history', 'dataset', 'Dataset, such as silver.tickets.'),
            ('quality_history', 'check_name', 'Name of the check.'),
            ('quality_history', 'tool', 'What ran the check.'),
            ('quality_history', 'severity', 'critical stops the run; warning publishes as DEGRADED.'),
            ('quality_history', 'world_id', 'The world of the run.'),
            ('quality_history', 'run_id', 'The run.'),
            ('quality_history', 'run_seq', 'Order of the runs.'),
            ('quality_history', 'date_min', 'First day of the run.'),
            ('quality_history', 'date_max', 'Last day of the run.'),
            ('quality_history', 'attempt', 'Which try of the run ran the check.'),
            ('quality_history', 'checked_at', 'When the check ran, UTC.'),
            ('quality_history', 'result', 'PASS, WARN, FAIL, ERROR or SKIPPED.'),
            ('quality_history', 'value', 'What was measured.'),
            ('quality_history', 'threshold', 'The limit it was compared with.'),
            ('quality_history', 'previous_value', 'What the check measured the time before, same world.'),
            ('quality_worst_checks', 'layer', 'Layer of the lake.'),
            ('quality_worst_checks', 'dataset', 'Dataset, such as silver.tickets.'),
            ('quality_worst_checks', 'check_name', 'Name of the check.'),
            ('quality_worst_checks', 'tool', 'What ran the check.'),
            ('quality_worst_checks', 'checks_count', 'How often it ran.'),
            ('quality_worst_checks', 'failed_count', 'How often it failed or could not be made.'),
            ('quality_worst_checks', 'warned_count', 'How often it warned.'),
            ('quality_worst_checks', 'runs_count', 'In how many runs it failed or warned.'),
            ('quality_worst_checks', 'last_failed_at', 'When it failed or warned last, UTC.'),
            ('quality_worst_checks', 'last_result', 'Its latest result.')
        ) as texts (view_name, column_name, comment_text)
    loop
        execute format(
            'comment on column meta.%I.%I is %L',
            item.view_name, item.column_name, item.comment_text
        );
    end loop;
end
$$;
