comment on table meta.worlds is
'A world: what seed, configuration and simulator fix, or the one world of ingested events.';
comment on table meta.etl_runs is
'One row a run, that is a range of days of a world, as its latest try left it.';
comment on table meta.task_runs is 'The tries: one row a task of an attempt of a run.';
comment on table meta.manifest_index is
'One row a committed layer of a run. Its presence is the commit; rows are never changed.';
comment on table meta.manifest_objects is 'The objects that a committed manifest names.';
comment on table meta.manifest_inputs is 'The manifests that a committed layer was built from.';
comment on table meta.data_quality is
'One row a check of an attempt, passing ones included, with the measured value.';
comment on table meta.model_registry is 'The models of the enrichment, by type and version.';
comment on table meta.model_evaluation is 'How a model did on a split of labelled cases.';
comment on table meta.batches is
'A batch: one object (a partition of a dataset, as a run wrote it) as it stands in schema serving.';
comment on table meta.publications is
'A publication: the batches that people see together. Never changed after it is written.';
comment on table meta.publication_batches is 'The batches that a publication names.';
comment on table meta.current_publication is
'One row: the publication that every view follows. Publishing and going back change this row.';
comment on view meta.committed_objects is
'The objects that count: of each partition those of the newest run, of a run its newest build.';
comment on view meta.lineage is
'Which committed layer was built from which: one row a layer and input.';
comment on view meta.runs is 'The runs, with which one is live.';
comment on view meta.quality_checks is 'The results of all checks.';

do $$
declare
    item record;
    relation record;
begin
    -- A column means the same wherever it stands; the few exceptions follow by name.
    for item in
        select * from (values
            ('*', 'world_id', 'The world: UUIDv5 of seed, configuration and code of the simulator.'),
            ('*', 'run_id', 'The run: UUIDv5 of the world and the range of days.'),
            ('*', 'run_seq', 'Order of the runs; the newest run of a partition counts. Never a clock.'),
            ('*', 'seed', 'Seed of the world.'),
            ('*', 'config_hash', 'SHA-256 of the configuration, without seed and end of range.'),
            ('*', 'code_hash', 'SHA-256 of the code and lists that make raw.'),
            ('*', 'first_day', 'First day of the world, Colombian calendar.'),
            ('*', 'last_day', 'Last day of the published run, Colombian calendar.'),
            ('*', 'kind', 'simulated or ingested.'),
            ('*', 'config', 'The configuration as JSON, to read; config_hash decides.'),
            ('*', 'status', 'State of the row: see the check constraint.'),
            ('*', 'started_at', 'When it began, UTC.'),
            ('*', 'finished_at', 'When it ended, UTC; null while running.'),
            ('*', 'date_min', 'First day of the run.'),
            ('*', 'date_max', 'Last day of the run.'),
            ('*', 'git_sha', 'Commit of the code that ran; recorded, not part of any identity.'),
            ('*', 'attempt', 'Which try of the run wrote this; the fencing token.'),
            ('*', 'raw_objects_count', 'Raw objects committed by the run.'),
            ('*', 'bronze_rows', 'Rows committed in bronze.'),
            ('*', 'silver_rows', 'Rows committed in silver.'),
            ('*', 'gold_rows', 'Rows committed in gold.'),
            ('*', 'error', 'One line: why the latest try failed; null when it did not.'),
            ('*', 'duration_seconds', 'Seconds from start to end of the latest try.'),
            ('*', 'is_live', 'True for the run that the views show now.'),
            ('*', 'live_since', 'When the live publication was written.'),
            ('*', 'executed_by', 'Database login that wrote the row.'),
            ('*', 'executor_role', 'Database role in effect when the row was written.'),
            ('*', 'execution_context', 'application_name of the connection: which program wrote the row.'),
            ('*', 'created_at', 'When the row was written, UTC.'),
            ('*', 'updated_at', 'When the row last changed, UTC.'),
            ('*', 'task_run_id', 'Key of the try of a task.'),
            ('*', 'task', 'Name of the task.'),
            ('*', 'layer', 'Layer of the lake.'),
            ('*', 'rows_in', 'Rows read.'),
            ('*', 'rows_out', 'Rows written.'),
            ('*', 'bytes', 'Bytes written.'),
            ('*', 'seconds', 'Wall-clock seconds.'),
            ('*', 'cpu_seconds', 'CPU seconds, children included.'),
            ('*', 'detail', 'What else the task reports, as JSON.'),
            ('*', 'manifest_seq', 'Order of commits.'),
            ('*', 'effective_seq', 'Order in which builds count; a build taken up again moves to the end.'),
            ('*', 'build_id', 'Hash of the code and inputs behind the layer.'),
            ('*', 's3_manifest_path', 'Key of the manifest in the bucket.'),
            ('*', 's3_checksums_path', 'Key of the checksums in the bucket; null where the manifest holds them.'),
            ('*', 'manifest_sha256', 'SHA-256 of the bytes of the manifest.'),
            ('*', 'previous_sha256', 'SHA-256 of the manifest of the layer before it.'),
            ('*', 'committed_at', 'When the layer was committed, UTC.'),
            ('*', 'dataset', 'Dataset, such as tickets or kpi_volume.'),
            ('*', 'partition', 'Partition, such as month=2025-09.'),
            ('*', 'key', 'Key of the object in the bucket.'),
            ('*', 'size', 'Bytes of the object.'),
            ('*', 'sha256', 'SHA-256 of the object.'),
            ('*', 'rows', 'Rows of it.'),
            ('*', 'counts', 'Counts by name, as the manifest gives them.'),
            ('*', 'input_run_id', 'Run of the manifest that was read.'),
            ('*', 'input_layer', 'Layer of the manifest that was read.'),
            ('*', 'input_manifest_sha256', 'SHA-256 of the manifest that was read.'),
            ('*', 'data_quality_id', 'Key of the result.'),
            ('*', 'check_name', 'Name of the check.'),
            ('*', 'result', 'PASS, WARN, FAIL, ERROR or SKIPPED.'),
            ('*', 'value', 'What was measured.'),
            ('*', 'threshold', 'The limit it was compared with; null where there is none.'),
            ('*', 'details_json', 'What helps to understand the result.'),
            ('*', 'severity', 'critical stops the run before publication; warning publishes as DEGRADED.'),
            ('*', 'tool', 'What ran the check: dbt, great_expectations or pqr.'),
            ('*', 'checked_at', 'When the check ran, UTC.'),
            ('*', 'is_latest_attempt', 'True when the latest try of the run wrote the result.'),
            ('*', 'model_type', 'Kind of model, such as rules.'),
            ('*', 'model_version', 'Version of the model.'),
            ('*', 'artefact_sha256', 'SHA-256 of what the model consists of.'),
            ('*', 'training_seed', 'Seed of the training; null for rules.'),
            ('*', 'parameters', 'Parameters of the training, as JSON.'),
            ('*', 'library_versions', 'Versions of the libraries that trained it, as JSON.'),
            ('*', 'model_evaluation_id', 'Key of the evaluation.'),
            ('*', 'split', 'Which cases it was measured on.'),
            ('*', 'sample_count', 'How many cases.'),
            ('*', 'accuracy', 'Share of right answers, 0 to 1.'),
            ('*', 'macro_f1', 'Mean F1 over the classes, 0 to 1.'),
            ('*', 'calibration_error', 'Expected calibration error, 0 to 1.'),
            ('*', 'per_class_json', 'Precision, recall and F1 of each class.'),
            ('*', 'confusion_json', 'Confusion matrix.'),
            ('*', 'batch_id', 'The batch.'),
            ('*', 'object_key', 'Key of the object that was landed; of a seed its path and content hash.'),
            ('*', 'object_sha256', 'SHA-256 of the object that was landed.'),
            ('*', 'landed_at', 'When its rows were verified in serving; null: not to be published yet.'),
            ('*', 'publication_id', 'The publication.'),
            ('*', 'is_degraded', 'True when a check with severity warning had failed.'),
            ('*', 'published_at', 'When the publication was written, UTC.'),
            ('*', 'only_row', 'Always true: there is one row.'),
            ('batches', 'run_id', 'The run whose object this is.'),
            ('batches', 'layer', 'Where the object comes from: seed, enrichment, silver or gold.'),
            ('batches', 'rows', 'Rows of the object, and of the batch once landed.'),
            ('publications', 'status', 'PUBLISHED, or DEGRADED after a warning.')
        ) as texts (relation_name, column_name, comment_text)
    loop
        for relation in
            select pg_class.relname
            from pg_class
            join pg_attribute on pg_attribute.attrelid = pg_class.oid
            where pg_class.relnamespace = 'meta'::regnamespace and pg_class.relkind in ('r', 'v')
                and pg_attribute.attname = item.column_name and not pg_attribute.attisdropped
                and item.relation_name in ('*', pg_class.relname)
        loop
            execute format(
                'comment on column meta.%I.%I is %L',
                relation.relname, item.column_name, item.comment_text
            );
        end loop;
    end loop;
end
$$;
