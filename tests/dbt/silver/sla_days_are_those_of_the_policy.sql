-- The term of a case is the one of its type, and what extensions added; the law gives two subtypes
-- a term of their own.
{{ config(tags=['silver']) }}

select
    tickets.ticket_id,
    tickets.sla_days,
    policies.business_days
from {{ ref('silver_tickets') }} as tickets
inner join {{ ref('dim_sla_policy') }} as policies
    on
        tickets.sla_policy_id = policies.policy_id
        and tickets.pqrs_type = policies.pqrs_type
        and policies.subtype is null
        and tickets.radicated_day
        between policies.valid_from and coalesce(policies.valid_to, date '9999-12-31')
where
    tickets.sla_days <> policies.business_days + tickets.extended_days
    and tickets.subtype not in ('informacion', 'consulta')
