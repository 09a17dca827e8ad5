-- Time accumulated on the SLA clock is never given back.
{{ config(tags=['silver']) }}

with steps as (
    select
        event_id,
        sla_elapsed_seconds - lag(sla_elapsed_seconds) over (
            partition by ticket_id order by change_no
        ) as step_seconds
    from {{ ref('silver_status_events') }}
)

select * from steps
where step_seconds < 0
