{#- A query of the committed rows of a partition whose cases this build did not compute; nothing when
    no object of the partition counts yet.

    Args: committed, the paths of the dataset that count; partition and value, as in their keys. -#}
{% macro carried_rows(committed, partition, value) -%}
    {%- set folder = '/' ~ partition ~ '=' ~ value ~ '/' -%}
    {%- set paths = [] -%}
    {%- for path in committed if folder in path -%}
        {%- do paths.append(path) -%}
    {%- endfor -%}
    {%- if paths -%}
        select * from read_parquet(['{{ paths | join("', '") }}'], hive_partitioning = false)
        anti join bronze.touched_cases using (ticket_id)
    {%- endif -%}
{%- endmacro %}
