-- Later copies of an event that say the same.
{{ config(tags=['silver'], group='cases', severity='warn') }}

select * from {{ ref('silver_rejected_events') }}
where reason = 'DUP_EVENT_SAME_PAYLOAD'
