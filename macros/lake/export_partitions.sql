{#- Runs after every lake invocation, if nothing failed: writes the partitions that the run touches of
    every dataset that it built, one file each, in the order of a unique key, so that the bytes are the
    same at any thread count. See dbt_project/docs/overview.md.

    A partition without rows becomes a file without rows: what an earlier run left there must stop
    counting. Rows of cases that this build did not compute come in beside those of the table, as they
    are committed; a file never shows which. -#}
{% macro export_partitions(results) -%}
    {%- set failed = ['error', 'fail', 'runtime error', 'partial success', 'skipped'] -%}
    {%- set is_complete = results | selectattr('status', 'in', failed) | list | length == 0 -%}
    {#- One of several buckets writes what any of them touches: each reports its part, then reads all. -#}
    {%- set touched_file = env_var('PQR_TOUCHED', '') | replace("'", "''") -%}
    {%- set report = env_var('PQR_TOUCHED_TO', '') | replace("'", "''") -%}
    {%- if report and execute and is_complete -%}
        {%- do run_query("copy (select dataset, partition from silver.touched) to '" ~ report ~ "' (format csv, header)") -%}
    {%- endif -%}
    {%- set folders, copies = [], [] -%}
    {%- for result in results if execute and target.type == 'duckdb' and is_complete and result.node.resource_type == 'model' -%}
        {%- set node = result.node -%}
        {%- set meta = node.config.meta -%}
        {%- if meta.partition and not flags.EMPTY -%}
            {%- set name = node.schema ~ '.' ~ node.alias -%}
            {%- set root = env_var('PQR_LAKE_ROOT', '') or 's3://' ~ env_var('PQR_BUCKET', 'pqr-lakehouse') ~ '/dev/' ~ sandbox_user() -%}
            {%- set folder = root ~ '/' ~ node.schema ~ '/' ~ node.alias -%}
            {%- set touched = "read_csv('" ~ touched_file ~ "', all_varchar = true)" if touched_file else node.schema ~ '.touched' -%}
            {%- set partitions = run_query(
                "select partition from " ~ touched ~ " where dataset = '" ~ meta.touched ~ "' order by partition"
            ).columns[0].values() -%}
            {%- set is_carried = carries_over() and meta.touched in ('tickets', 'events') -%}
            {%- set committed = committed_paths(
                node.schema, node.alias, "partition in ('" ~ meta.partition ~ "=" ~ partitions | join("', '" ~ meta.partition ~ "=") ~ "')"
            ) if is_carried else [] -%}
            {%- set order = (meta.order or meta.grain | reject('equalto', meta.partition)) | join(', ') -%}
            {#- Partitions of few rows are written many at a time. In one vector (2,048 rows) DuckDB keeps the order
                of each; in more it does not. -#}
            {%- set groups, fill = [], namespace(rows=2048) -%}
            {%- for value, count in (run_query(
                "select cast(" ~ meta.partition ~ " as varchar), count(*) from " ~ name ~ " group by all order by all"
            ).rows if not is_carried else []) if value in partitions and count <= 2048 -%}
                {%- if fill.rows + count > 2048 -%}
                    {%- do groups.append([]) -%}
                    {%- set fill.rows = 0 -%}
                {%- endif -%}
                {%- do groups[-1].append(value) -%}
                {%- set fill.rows = fill.rows + count -%}
            {%- endfor -%}
            {%- for group in groups -%}
                {%- do copies.append(
                    "copy (select * from " ~ name ~ " where " ~ meta.partition ~ " in ('" ~ group | join("', '") ~ "') order by " ~ order
                    ~ ") to '" ~ folder ~ "' (format parquet, compression zstd, partition_by (" ~ meta.partition
                    ~ "), write_partition_columns true, filename_pattern 'part', overwrite_or_ignore true)"
                ) -%}
            {%- endfor -%}
            {%- for value in partitions | reject('in', groups | sum(start=[])) -%}
                {%- set partition = meta.partition ~ '=' ~ value -%}
                {%- set kept = [] -%}
                {%- for path in committed if '/' ~ partition ~ '/' in path -%}
                    {%- do kept.append(path) -%}
                {%- endfor -%}
                {%- set copy -%}
                    copy (
                        select * from {{ name }} where {{ meta.partition }} = '{{ value }}'
                        {%- if kept %}
                        union all by name
                        select * from read_parquet(['{{ kept | join("', '") }}'], hive_partitioning = false)
                        anti join silver.touched_cases using (ticket_id)
                        where {{ in_bucket('ticket_id') }}
                        {%- endif %}
                        order by {{ order }}
                    ) to '{{ folder }}/{{ partition }}/part0.parquet' (format parquet, compression zstd)
                {%- endset -%}
                {%- do copies.append(copy) -%}
            {%- endfor -%}
            {%- if partitions and not folder.startswith('s3://') -%}
                {#- COPY of one file does not make its folder; COPY with PARTITION_BY does, with a placeholder
                    of the same name, which the real file overwrites. -#}
                {%- do folders.append(
                    "copy (select unnest(['" ~ partitions | join("', '") ~ "']) as " ~ meta.partition ~ ", 0 as placeholder) to '"
                    ~ folder ~ "' (format parquet, partition_by (" ~ meta.partition ~ "), filename_pattern 'part', overwrite_or_ignore true)"
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if copies -%}
        {#- Files are small: a second thread for one of them costs twice the processor time, and brings nothing. -#}
        {%- set statements = [] -%}
        {%- for copy in copies -%}
            {%- do statements.append("'" ~ copy | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
        {%- set threads = env_var('PQR_DUCKDB_THREADS', '2') -%}
        {%- set written = "select side_by_side([" ~ statements | join(', ') ~ "], " ~ threads ~ ")" -%}
        {%- do run_query((["set threads = 1"] + folders + [written, "set threads = " ~ threads]) | join(';\n')) -%}
    {%- endif -%}
{%- endmacro %}
