-- Figures of a model that gives probabilities of an event: ranking and distance from what happened.
alter table meta.model_evaluation
add column if not exists base_rate numeric(6, 4) check (base_rate between 0 and 1),
add column if not exists auc numeric(6, 4) check (auc between 0 and 1),
add column if not exists brier numeric(6, 4) check (brier between 0 and 1);

comment on column meta.model_evaluation.base_rate is 'Share of the cases in which the event happened.';
comment on column meta.model_evaluation.auc is
'Share of the pairs of a case with and one without the event that the model ranks right; null without pairs.';
comment on column meta.model_evaluation.brier is
'Mean squared distance between the probability and what happened.';
