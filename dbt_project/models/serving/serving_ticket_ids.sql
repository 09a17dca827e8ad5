-- Grain: one row per ticket_id, of all batches. Only ever added to.
select distinct cast(ticket_id as uuid) as ticket_id
from {{ ref('publish_tickets') }}
