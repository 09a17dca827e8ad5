{#- Paths of the objects that count, of one dataset of the world being read, in the order of their
    keys: explicit, because a listing of the bucket also shows what was never committed. A run of pqr
    gives a folder of local copies whose bytes it has checked; the sandbox reads the bucket. -#}
{% macro committed_paths(layer, dataset) -%}
    {%- set root = env_var('PQR_OBJECT_CACHE', '') or 's3://' ~ env_var('PQR_BUCKET', 'pqr-lakehouse') -%}
    {%- set paths = [] -%}
    {%- for world in run_query("select world_id from bronze.world").rows -%}
        {%- set keys = run_query("select key from " ~ control_plane(
            "select key from meta.committed_objects where world_id = '" ~ world[0]
            ~ "' and layer = '" ~ layer ~ "' and dataset = '" ~ dataset ~ "' order by key"
        )) -%}
        {%- for row in keys.rows -%}
            {%- do paths.append((root ~ '/' ~ row[0]) | replace("'", "''")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(paths) }}
{%- endmacro %}
