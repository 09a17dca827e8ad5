-- Grain: one row per line of bronze that silver leaves out, with the reason.
-- One object cannot show these: they are judged here, where the world is known. The events are not
-- materialized: DuckDB would copy every column of every line, to read a few of them three times.

with events as not materialized (
    select * from {{ ref('silver_loaded_events') }}
),

repeated_ids as (
    select event_id
    from events
    group by event_id
    having count(*) > 1
),

copies as (
    select
        events.*,
        -- What the event says, without where it was found.
        to_json(struct_pack(
            ticket_id := ticket_id, event_type := event_type, ts := ts, external_id := external_id,
            source_channel := source_channel, pqrs_type := pqrs_type, subtype := subtype,
            priority := priority, geo_region := geo_region, geo_municipio := geo_municipio,
            geo_code := geo_code, role := role, text := text, text_len := text_len,
            status_from := status_from, status_to := status_to, actor_role := actor_role,
            file_type := file_type, size_kb := size_kb, outcome := outcome,
            dependencia_id := dependencia_id, agent_id := agent_id, business_days := business_days,
            reason := reason, petitioner_is_anonymous := petitioner_is_anonymous,
            petitioner_kind := petitioner_kind
        )) as payload
    from events
    semi join repeated_ids using (event_id)
),

-- The first copy by (ts, day, source, line) is the one that counts.
later_copies as (
    select
        source,
        object_day,
        line_no,
        event_id,
        ticket_id,
        case
            when payload = first_value(payload) over first_to_last then 'DUP_EVENT_SAME_PAYLOAD'
            else 'DUP_EVENT_CONFLICT'
        end as reason
    from copies
    window first_to_last as (partition by event_id order by ts, object_day, source, line_no)
    qualify row_number() over first_to_last > 1
),

creations as (
    select events.*
    from events
    anti join later_copies using (source, object_day, line_no)
    where event_type = 'TICKET_CREATED'
),

-- A case is created once: a second creation under another event_id does not start it again.
later_creations as (
    select
        source,
        object_day,
        line_no,
        event_id,
        ticket_id,
        'DUP_CREATION' as reason
    from creations
    qualify row_number() over (partition by ticket_id order by ts, event_id) > 1
),

-- Healed by the next build once the creation arrives.
orphans as (
    select
        events.source,
        events.object_day,
        events.line_no,
        events.event_id,
        events.ticket_id,
        'ORPHAN_EVENT' as reason
    from events
    anti join creations using (ticket_id)
    anti join later_copies using (source, object_day, line_no)
),

final as (
    select * from later_copies
    union all
    select * from later_creations
    union all
    select * from orphans
)

select * from final
