-- The figures of a model on a split: one row, replaced when it is evaluated again.
alter table meta.model_evaluation
add column if not exists coverage numeric(6, 4) check (coverage between 0 and 1),
add column if not exists accuracy_covered numeric(6, 4) check (accuracy_covered between 0 and 1),
add column if not exists priority_accuracy numeric(6, 4) check (priority_accuracy between 0 and 1);
create unique index if not exists model_evaluation_split
on meta.model_evaluation (model_type, model_version, split);

comment on column meta.model_evaluation.coverage is 'Share of the texts on which the model does not abstain.';
comment on column meta.model_evaluation.accuracy_covered is
'Share of right answers where the model does not abstain.';
comment on column meta.model_evaluation.priority_accuracy is
'Share of right priorities; null for a model without priorities.';
