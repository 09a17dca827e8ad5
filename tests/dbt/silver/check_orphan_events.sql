-- Events of cases whose creation is not in the lake (a run that starts late). Healed when it comes.
{{ config(tags=['silver'], group='cases', severity='warn') }}

select * from {{ ref('silver_rejected_events') }}
where reason = 'ORPHAN_EVENT'
