{#- COPY to one local file does not make its folder; COPY with PARTITION_BY does. Its placeholder
    file has the name of the real one, which overwrites it. -#}
{% macro make_partition_folders(folder, partition, values) -%}
    {%- do run_query(
        "copy (select unnest(['" ~ values | join("', '") ~ "']) as " ~ partition ~ ", 0 as placeholder) to '"
        ~ folder ~ "' (format parquet, partition_by (" ~ partition
        ~ "), filename_pattern 'part', overwrite_or_ignore true)"
    ) -%}
{%- endmacro %}
