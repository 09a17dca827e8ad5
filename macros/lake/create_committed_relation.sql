{#- The committed rows of a source or model under its name, over explicit paths; without any, an empty
    view with the declared columns: a dataset may have no partition yet, as a monthly report before its
    first month's end.

    `partitions` and `rows` are conditions on what is read; see committed_paths(). -#}
{% macro create_committed_relation(node, kind='view', partitions='true', rows='true') -%}
    {%- set paths = committed_paths(node.schema, node.identifier or node.alias, partitions) -%}
    {%- set query -%}
        {%- if paths -%}
            select *
            {#- Raw fields may be added: objects of before have fewer. #}
            {%- for column in node.columns.values() if column.data_type.startswith('struct') %} replace (
                cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}
            ){% endfor %}
            from read_parquet(
                ['{{ paths | join("', '") }}'], hive_partitioning = false, filename = {{ 'filename' in node.columns }},
                union_by_name = {{ node.resource_type == 'source' }}
            )
            where {{ rows }}{% if node.resource_type == 'source' %} and {{ in_bucket('ticket_id') }}{% endif %}
        {%- else -%}
            select
            {%- for column in node.columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
            {%- endfor %}
            where false
        {%- endif -%}
    {%- endset -%}
    {%- set name = node.schema ~ '.' ~ (node.identifier or node.alias) -%}
    {%- do run_query("create schema if not exists " ~ node.schema) -%}
    {%- do run_query("create or replace " ~ kind ~ " " ~ name ~ " as " ~ query) -%}
{%- endmacro %}

{#- Paths of the objects that count, of one dataset of the world being read, in the order of their
    keys: explicit, because a listing of the bucket also shows what was never committed. A run of pqr
    reads local copies, whose bytes it checks here; the sandbox reads the bucket. Of enrichment counts
    only what was said of the bronze that counts. `partitions` is a condition of PostgreSQL: what is not
    asked for is not checked either. Of bronze and enrichment pqr may list what the build needs. -#}
{% macro committed_paths(layer, dataset, partitions='true') -%}
    {%- if env_var('PQR_OBJECT_CACHE', '') -%}
        {%- set path = 'local_copy(key, size, sha256)' -%}
    {%- else -%}
        {%- set path = "'s3://" ~ env_var('PQR_BUCKET', 'pqr-lakehouse') ~ "/' || key" -%}
    {%- endif -%}
    {%- set paths = [] -%}
    {%- for world in run_query("select world_id from bronze.world").rows -%}
        {%- set of_layer = " meta.current_enrichment where true" if layer == 'enrichment' else " meta.committed_objects where layer = '" ~ layer ~ "'" -%}
        {%- set objects = control_plane(
            "select key, size, sha256 from" ~ of_layer ~ " and world_id = '" ~ world[0]
            ~ "' and dataset = '" ~ dataset ~ "' and " ~ partitions
        ) -%}
        {%- set listed = env_var('PQR_NEEDED_OBJECTS', '') | replace("'", "''") if layer in ('bronze', 'enrichment') else '' -%}
        {%- set chosen = " where key in (select key from read_csv('" ~ listed ~ "', columns = {'key': 'varchar'}, header = true))" if listed else "" -%}
        {%- for row in run_query("select " ~ path ~ " as path from " ~ objects ~ chosen ~ " order by key").rows -%}
            {%- do paths.append(row[0] | replace("'", "''")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(paths) }}
{%- endmacro %}
