-- Grain: one row per TERM_EXTENDED event, valid or not.

with extensions as (
    select * from {{ ref('silver_sla_clock') }}
    where is_extension
),

final as (
    select
        day,
        event_id,
        ticket_id,
        ts,
        change_no,
        status_to as status,
        business_days,
        reason,
        is_valid,
        refusal,
        sla_seconds,
        sla_elapsed_seconds,
        is_clock_running,
        business_seconds,
        sla_due_at,
        sla_due_day
    from extensions
)

select * from final
