-- Grain: one row per line of committed bronze.
-- A build that carries cases over reads the lines of the others alone.
{%- set touched_cases %}{{ ref('silver_touched_cases') }}{% endset %}

with events as (
    select events.*
    from {{ source('bronze', 'pqrs_events') }} as events
    {%- if execute and carries_over() %}
    semi join {{ touched_cases }} as touched_cases
        on cast(events.ticket_id as uuid) = touched_cases.ticket_id
    -- Constants: so that DuckDB leaves the other objects unread.
    where events.filename in (
        '{{ run_query("select distinct object from " ~ touched_cases ~ " order by object")
            .columns[0].values() | join("', '") }}'
    )
    {%- endif %}
),

final as (
    select
        cast(event_id as uuid) as event_id,
        cast(ticket_id as uuid) as ticket_id,
        event_type,
        ts,
        {{ local_day('ts') }} as day,
        source,
        day as object_day,
        line_no,
        data.external_id,
        data.source_channel,
        data.pqrs_type,
        data.subtype,
        data.priority,
        data.geo_region,
        data.geo_municipio,
        data.geo_code,
        data.role,
        data.text,
        data.text_len,
        data.status_from,
        data.status_to,
        data.actor_role,
        data.file_type,
        data.size_kb,
        data.outcome,
        data.dependencia_id,
        data.agent_id,
        data.business_days,
        data.reason,
        data.petitioner.is_anonymous as petitioner_is_anonymous,
        data.petitioner.kind as petitioner_kind
    from events
)

select * from final
