-- Creations of a case that was created before.
{{ config(tags=['silver'], group='cases', severity='warn') }}

select * from {{ ref('silver_rejected_events') }}
where reason = 'DUP_CREATION'
