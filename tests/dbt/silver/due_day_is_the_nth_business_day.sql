-- Without a hold and without a reopening the calendar alone gives the day on which the term ends.
{{ config(tags=['silver']) }}

select
    tickets.ticket_id,
    tickets.sla_days,
    due.business_day_index - radicated.business_day_index as days_until_due
from {{ ref('silver_tickets') }} as tickets
inner join {{ ref('dim_calendar') }} as radicated on tickets.radicated_day = radicated.day
inner join {{ ref('dim_calendar') }} as due on tickets.sla_due_day = due.day
where
    tickets.hold_count = 0
    and tickets.reopen_count = 0
    and due.business_day_index - radicated.business_day_index <> tickets.sla_days
