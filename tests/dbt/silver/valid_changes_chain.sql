-- A valid transition leaves the state that the valid one before it entered.
{{ config(tags=['silver']) }}

with changes as (
    select
        event_id,
        status_from,
        lag(status_to, 1, 'RECEIVED') over (partition by ticket_id order by change_no) as state
    from {{ ref('silver_status_events') }}
    where is_valid
)

select * from changes
where status_from <> state
