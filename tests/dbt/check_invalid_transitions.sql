-- Changes that the state machine refuses. They are kept with is_valid = false and do not move a case.
{{ config(tags=['silver'], severity='warn') }}

select * from {{ ref('silver_status_events') }}
where not is_valid
