-- The transitions of a case are numbered 1, 2, 3 and so on.
{{ config(tags=['silver']) }}

select
    ticket_id,
    max(change_no) as last_no,
    count(*) as changes_count
from {{ ref('silver_status_events') }}
group by ticket_id
having max(change_no) <> count(*)
