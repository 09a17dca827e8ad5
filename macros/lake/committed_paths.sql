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
