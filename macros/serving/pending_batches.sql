{#- The batches of a dataset that the run has prepared and not yet landed: [{batch_id, layer, path}]. -#}
{% macro pending_batches(dataset) -%}
    {%- set found = run_query("select batch_id, layer, object_key from " ~ control_plane(
        "select batch_id, layer, object_key from meta.batches where landed_at is null and dataset = '"
        ~ dataset ~ "' and world_id = '" ~ env_var('PQR_WORLD_ID') ~ "' order by batch_id"
    )) -%}
    {%- set batches = [] -%}
    {%- for row in found.rows -%}
        {%- do batches.append({
            'batch_id': row[0] | int,
            'layer': row[1],
            'path': 's3://' ~ env_var('PQR_BUCKET', 'pqr-lakehouse') ~ '/' ~ row[2],
        }) -%}
    {%- endfor -%}
    {{ return(batches) }}
{%- endmacro %}
