-- Later copies of an event that say something else: the first one counts; somebody should look.
{{ config(tags=['silver'], group='cases', severity='warn') }}

select * from {{ ref('silver_rejected_events') }}
where reason = 'DUP_EVENT_CONFLICT'
