-- A column means the same wherever it stands: here is what. Where it means something else, or stands
-- but once, its comment is beside its table.
do $$
declare
    item record;
begin
    for item in
        select pg_class.relname, pg_attribute.attname, texts.comment_text
        from (values
            ('batch_id', 'The batch.'),
            ('world_id', 'The world: UUIDv5 of seed, configuration and code of the simulator.'),
            ('layer', 'Layer of the lake.'),
            ('dataset', 'Dataset, such as tickets or kpi_volume.'),
            ('partition', 'Partition, such as month=2025-09.'),
            ('run_id', 'The run: UUIDv5 of the world and the range of days.'),
            ('rows', 'Rows of it.'),
            ('executed_by', 'Database login that wrote the row.'),
            ('executor_role', 'Database role in effect when the row was written.'),
            ('execution_context', 'application_name of the connection: which program wrote the row.'),
            ('created_at', 'When the row was written, UTC.'),
            ('updated_at', 'When the row last changed, UTC.'),
            ('key', 'Key of the object in the bucket.'),
            ('run_seq', 'Order of the runs; the newest run of a partition counts. Never a clock.'),
            ('build_id', 'Hash of the code and inputs behind the layer.'),
            ('size', 'Bytes of the object.'),
            ('sha256', 'SHA-256 of the object.'),
            ('data_quality_id', 'Key of the result.'),
            ('attempt', 'Which try of the run wrote this; the fencing token.'),
            ('check_name', 'Name of the check.'),
            ('tool', 'What ran the check.'),
            ('severity', 'critical stops the run; warning publishes as DEGRADED.'),
            ('result', 'PASS, WARN, FAIL, ERROR or SKIPPED.'),
            ('value', 'What was measured.'),
            ('threshold', 'The limit it was compared with.'),
            ('details_json', 'What helps to understand the result.'),
            ('checked_at', 'When the check ran, UTC.'),
            ('only_row', 'Always true: there is one row.'),
            ('publication_id', 'The publication.'),
            ('seed', 'Seed of the world.'),
            ('started_at', 'When it began, UTC.'),
            ('finished_at', 'When it ended, UTC; null while running.'),
            ('status', 'State of the row: see the check constraint.'),
            ('date_min', 'First day of the run.'),
            ('date_max', 'Last day of the run.'),
            ('git_sha', 'Commit of the code that ran; recorded, not part of any identity.'),
            ('config_hash', 'SHA-256 of the configuration, without seed and end of range.'),
            ('raw_objects_count', 'Raw objects committed by the run.'),
            ('bronze_rows', 'Rows committed in bronze.'),
            ('silver_rows', 'Rows committed in silver.'),
            ('gold_rows', 'Rows committed in gold.'),
            ('error', 'One line: why the latest try failed; null when it did not.'),
            ('manifest_seq', 'Order of commits.'),
            ('committed_at', 'When the layer was committed, UTC.'),
            ('manifest_sha256', 'SHA-256 of the bytes of the manifest.'),
            ('s3_manifest_path', 'Key of the manifest in the bucket.'),
            ('input_run_id', 'Run of the manifest that was read.'),
            ('input_layer', 'Layer of the manifest that was read.'),
            ('input_manifest_sha256', 'SHA-256 of the manifest that was read.'),
            ('input_dataset', 'Dataset it was made from.'),
            ('first_day', 'First day of the world, Colombian calendar.'),
            ('published_at', 'When the publication was written, UTC.'),
            ('model_type', 'Kind of model, such as rules.'),
            ('model_version', 'Version of the model.')
        ) as texts (column_name, comment_text)
        join pg_attribute on pg_attribute.attname = texts.column_name
        join pg_class on pg_class.oid = pg_attribute.attrelid
        where pg_class.relnamespace = 'meta'::regnamespace and pg_class.relkind in ('r', 'v')
            and col_description(pg_class.oid, pg_attribute.attnum) is null
    loop
        execute format(
            'comment on column meta.%I.%I is %L', item.relname, item.attname, item.comment_text
        );
    end loop;
end
$$;
