-- Changes that the state machine refuses: kept with is_valid = false, they do not move a case.
{{ config(tags=['silver'], severity='warn') }}

select * from {{ ref('silver_status_events') }}
where not is_valid
