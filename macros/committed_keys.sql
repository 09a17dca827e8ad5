{#- Paths of the objects that count, of one dataset of a world, in the order of their keys: explicit,
    because a listing of the bucket also shows what was never committed. -#}
{% macro committed_keys(world_id, layer, dataset) -%}
    {%- set keys = run_query("select key from " ~ control_plane(
        "select key from meta.committed_objects where world_id = '" ~ world_id
        ~ "' and layer = '" ~ layer ~ "' and dataset = '" ~ dataset ~ "' order by key"
    )) if world_id else none -%}
    {%- set paths = [] -%}
    {%- for row in (keys.rows if keys else []) -%}
        {%- do paths.append('s3://' ~ env_var('PQR_BUCKET', 'pqr-lakehouse') ~ '/' ~ row[0]) -%}
    {%- endfor -%}
    {{ return(paths) }}
{%- endmacro %}
