{#- One file for each partition that the run touches. A partition without rows becomes a file without
    rows: what an earlier run left there must stop counting. -#}
{% macro write_partitions(relation) -%}
    {%- set partition = config.meta_get('partition') -%}
    {%- set folder = lake_root() ~ '/' ~ relation.schema ~ '/' ~ relation.identifier -%}
    {%- set values = run_query(touched_partitions(config.meta_get('touched'))).columns[0].values() -%}
    {%- if values and not folder.startswith('s3://') -%}
        {%- do make_partition_folders(folder, partition, values) -%}
    {%- endif -%}
    {%- set copies = [] -%}
    {%- for value in values -%}
        {%- do copies.append(
            "copy (select * from " ~ relation ~ " where " ~ partition ~ " = '" ~ value
            ~ "' order by " ~ config.meta_get('key') | join(', ')
            ~ ") to '" ~ folder ~ "/" ~ partition ~ "=" ~ value
            ~ "/part0.parquet' (format parquet, compression zstd)"
        ) -%}
    {%- endfor -%}
    {%- if copies -%}
        {%- do run_query(copies | join(';\n')) -%}
    {%- endif -%}
{%- endmacro %}
