{#- The rows of a dataset that the run has to publish, each with its batch: only objects whose batch
    is pending are read, by their keys. In the sandbox there is one batch, 0, with everything. -#}
{% macro landing(model_name) -%}
    {%- set relation = ref(model_name) -%}
    {%- set dataset = model_name | replace('silver_', '') | replace('gold_', '') -%}
    {%- set pending = pending_batches(dataset) if execute and is_pqr_run() else [] -%}
    {%- if not pending -%}
        select cast(0 as integer) as batch_id, *
        from {{ relation }}
        {% if is_pqr_run() %}where false{% endif %}
    {%- elif pending[0].layer == 'seed' -%}
        select cast({{ pending[0].batch_id }} as integer) as batch_id, *
        from {{ relation }}
    {%- else -%}
        with objects as (
            select *
            from read_parquet(
                [{% for batch in pending %}'{{ batch.path }}'{{ ", " if not loop.last }}{% endfor %}],
                filename = true, hive_partitioning = false, union_by_name = true
            )
        ),

        batches (batch_id, filename) as (
            values
            {% for batch in pending -%}
            (cast({{ batch.batch_id }} as integer), '{{ batch.path }}'){{ ", " if not loop.last }}
            {%- endfor %}
        )

        select batches.batch_id, objects.* exclude (filename)
        from objects
        join batches using (filename)
    {%- endif -%}
{%- endmacro %}
