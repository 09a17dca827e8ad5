{#- One file for each partition that the run touches. A partition without rows becomes a file without
    rows: what an earlier run left there must stop counting. Rows that are carried over come in beside
    those of the relation: a file never shows which. -#}
{% macro write_partitions(relation) -%}
    {%- set partition = config.meta_get('partition') -%}
    {%- set folder = lake_root() ~ '/' ~ relation.schema ~ '/' ~ relation.identifier -%}
    {%- set values = run_query(touched_partitions(config.meta_get('touched'))).columns[0].values() -%}
    {%- if values and not folder.startswith('s3://') -%}
        {%- do make_partition_folders(folder, partition, values) -%}
    {%- endif -%}
    {%- set is_carried = carries_over() and config.meta_get('touched') in ('tickets', 'events') -%}
    {%- set committed = committed_keys(env_var('PQR_WORLD_ID'), relation.schema, relation.identifier)
        if is_carried else [] -%}
    {%- set order = config.meta_get('order') or (config.meta_get('grain') | reject('equalto', partition) | list) -%}
    {%- set copies = [] -%}
    {%- for value in values -%}
        {%- set carried = carried_rows(committed, partition, value) | trim -%}
        {%- do copies.append(
            "copy (from (select * from " ~ relation ~ " where " ~ partition ~ " = '" ~ value ~ "'"
            ~ (" union all by name " ~ carried if carried else "")
            ~ ") order by " ~ order | join(', ')
            ~ ") to '" ~ folder ~ "/" ~ partition ~ "=" ~ value
            ~ "/part0.parquet' (format parquet, compression zstd)"
        ) -%}
    {%- endfor -%}
    {%- if copies -%}
        {%- do run_query(copies | join(';\n')) -%}
    {%- endif -%}
{%- endmacro %}
