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
    updated_at timestamptz not null default clock_timestamp()
);

create table if not exists meta.model_registry (
    model_type text not null,
    model_version text not null,
    artefact_sha256 text not null check (artefact_sha256 ~ '^[0-9a-f]{64}$'),
    training_seed bigint,
    parameters jsonb not null default '{}',
    library_versions jsonb not null default '{}',
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (model_type, model_version)
);

create table if not exists meta.model_evaluation (
    model_evaluation_id bigint generated always as identity primary key,
    model_type text not null,
    model_version text not null,
    run_id uuid references meta.etl_runs (run_id),
    split text not null,
    sample_count bigint not null check (sample_count >= 0),
    accuracy numeric(6, 4) check (accuracy between 0 and 1),
    macro_f1 numeric(6, 4) check (macro_f1 between 0 and 1),
    calibration_error numeric(6, 4) check (calibration_error between 0 and 1),
    per_class_json jsonb not null default '{}',
    confusion_json jsonb not null default '{}',
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    foreign key (model_type, model_version) references meta.model_registry (model_type, model_version)
);

-- All checks of one attempt: the gate before publication, quality pages.
create index if not exists data_quality_run on meta.data_quality (run_id, attempt, layer, dataset);
-- One check over time: its trend.
create index if not exists data_quality_check on meta.data_quality (check_name, dataset, checked_at desc);
-- What is not well: alerts. Most rows pass, so this index stays small.
create index if not exists data_quality_not_passed on meta.data_quality (checked_at desc)
where result in ('WARN', 'FAIL', 'ERROR');
-- The evaluations of a model.
create index if not exists model_evaluation_model
on meta.model_evaluation (model_type, model_version, split);
