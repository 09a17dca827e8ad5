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
create or replace trigger touch_updated_at before update on meta.model_registry
for each row execute function meta.touch_updated_at();

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
    -- What a model answers that may abstain, and what one does that gives probabilities of an event.
    coverage numeric(6, 4) check (coverage between 0 and 1),
    accuracy_covered numeric(6, 4) check (accuracy_covered between 0 and 1),
    priority_accuracy numeric(6, 4) check (priority_accuracy between 0 and 1),
    base_rate numeric(6, 4) check (base_rate between 0 and 1),
    auc numeric(6, 4) check (auc between 0 and 1),
    brier numeric(6, 4) check (brier between 0 and 1),
    foreign key (model_type, model_version) references meta.model_registry (model_type, model_version)
);
create or replace trigger touch_updated_at before update on meta.model_evaluation
for each row execute function meta.touch_updated_at();

-- The evaluations of a model.
create index if not exists model_evaluation_model
on meta.model_evaluation (model_type, model_version, split);
-- The figures of a model on a split: one row, replaced when it is evaluated again.
create unique index if not exists model_evaluation_split
on meta.model_evaluation (model_type, model_version, split);

comment on table meta.model_registry is 'The models of the enrichment, by type and version.';
comment on column meta.model_registry.artefact_sha256 is 'SHA-256 of what the model consists of.';
comment on column meta.model_registry.training_seed is 'Seed of the training; null for rules.';
comment on column meta.model_registry.parameters is 'Parameters of the training, as JSON.';
comment on column meta.model_registry.library_versions is 'Versions of the libraries that trained it, as JSON.';
comment on table meta.model_evaluation is 'How a model did on a split of labelled cases.';
comment on column meta.model_evaluation.model_evaluation_id is 'Key of the evaluation.';
comment on column meta.model_evaluation.split is 'Which cases it was measured on.';
comment on column meta.model_evaluation.sample_count is 'How many cases.';
comment on column meta.model_evaluation.accuracy is 'Share of right answers, 0 to 1.';
comment on column meta.model_evaluation.macro_f1 is 'Mean F1 over the classes, 0 to 1.';
comment on column meta.model_evaluation.calibration_error is 'Expected calibration error, 0 to 1.';
comment on column meta.model_evaluation.per_class_json is 'Precision, recall and F1 of each class.';
comment on column meta.model_evaluation.confusion_json is 'Confusion matrix.';
comment on column meta.model_evaluation.coverage is 'Share of the texts on which the model does not abstain.';
comment on column meta.model_evaluation.accuracy_covered is
'Share of right answers where the model does not abstain.';
comment on column meta.model_evaluation.priority_accuracy is
'Share of right priorities; null for a model without priorities.';
comment on column meta.model_evaluation.base_rate is 'Share of the cases in which the event happened.';
comment on column meta.model_evaluation.auc is
'Share of the pairs of a case with and one without the event that the model ranks right; null without pairs.';
comment on column meta.model_evaluation.brier is 'Mean squared distance between the probability and what happened.';
