"""Casos: a list of cases, and one case with its history."""

from typing import LiteralString

PAGE_ROWS = 50
LISTS = ("abiertos", "vencidos", "por_vencer", "creados", "tarde")

_OPEN = """
select
    ticket_id::text as ticket_id, external_id, pqrs_type, source_channel as channel, priority,
    department, municipio, current_status as status, created_at,
    age_days::float8 as age_days, overdue_days::float8 as overdue_days,
    remaining_days::float8 as remaining_days, (100 * late_risk)::float8 as late_risk,
    count(*) over () as total
from silver.v_tickets_open
where
    (%(list)s <> 'vencidos' or is_overdue)
    and (%(list)s <> 'por_vencer' or is_at_risk)
    and (%(number)s::text is null or external_id = %(number)s)
    and pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
order by overdue_days desc nulls last, remaining_days nulls last, ticket_id
limit 50 offset %(offset)s
"""
_CREATED = """
with chosen as (
    select
        ticket_id, external_id, pqrs_type, source_channel as channel, priority,
        department, municipio, current_status as status, created_at, closed_at, is_late,
        count(*) over () as total
    from silver.tickets
    where
        created_day between %(first)s and %(last)s
        and (%(number)s::text is null or external_id = %(number)s)
        and pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
    order by created_at desc, ticket_id
    limit 50 offset %(offset)s
)

select
    chosen.ticket_id::text as ticket_id, chosen.external_id, chosen.pqrs_type, chosen.channel,
    chosen.priority, chosen.department, chosen.municipio, chosen.status, chosen.created_at,
    chosen.closed_at, chosen.total,
    -- Late is said of what is closed; what is open is within its term or overdue.
    case
        when waiting.is_overdue then 'open_overdue'
        when waiting.sla_days is not null then 'open_in_term'
        when waiting.ticket_id is not null then 'open_without_term'
        when chosen.is_late then 'yes'
        else 'no'
    end as late_state
from chosen
left join silver.v_tickets_open as waiting using (ticket_id)
order by chosen.created_at desc, chosen.ticket_id
"""
_LATE = """
select
    ticket_id::text as ticket_id, external_id, pqrs_type, source_channel as channel, priority,
    department, municipio, current_status as status, created_at, closed_at, is_late,
    count(*) over () as total
from silver.tickets
where
    is_late
    and closed_at >= %(begin_at)s::timestamptz
    and closed_at < %(end_at)s::timestamptz
    and (%(number)s::text is null or external_id = %(number)s)
    and pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (
        %(offices)s::text[] is null
        or coalesce(dependencia_id, 'unassigned') = any(%(offices)s::text[])
    )
order by closed_at desc, ticket_id
limit 50 offset %(offset)s
"""
# Whatever the list and the filters: a number is one case.
_FOUND = """
select ticket_id::text as ticket_id, external_id
from silver.tickets
where external_id = any(array[%(number)s, upper(%(number)s), lower(%(number)s)])
order by external_id = %(number)s desc, created_at desc
limit 1
"""
# The clock of silver.tickets stands at the last event; that of an open case runs on.
_CASE = """
select
    cases.ticket_id::text as ticket_id, cases.external_id, cases.pqrs_type, cases.subtype,
    cases.source_channel as channel, cases.priority, cases.department, cases.municipio,
    cases.current_status as status, cases.created_at, cases.radicated_at, cases.first_response_at,
    cases.closed_at, cases.sla_days, cases.sla_due_at,
    coalesce(
        waiting.sla_days + waiting.overdue_days - waiting.remaining_days,
        cases.sla_elapsed_seconds / 86400.0
    )::float8 as elapsed_days,
    waiting.as_of_day, coalesce(waiting.is_overdue, false) as is_overdue, cases.is_late,
    cases.reopen_count, cases.hold_count, cases.messages_count, cases.attachments_count
from silver.tickets as cases
left join silver.v_tickets_open as waiting using (ticket_id)
where cases.ticket_id = %(case_id)s
"""
_HISTORY = """
select
    event.ts,
    event.event_type,
    event.status_from,
    event.status_to,
    event.actor_role as actor,
    message.text_len,
    (moved.state_business_seconds / 86400.0)::float8 as state_days,
    extension.business_days,
    coalesce(moved.is_valid, extension.is_valid) as is_valid
from core.ticket_events as event
left join silver.messages as message on event.event_id = message.message_id
left join silver.status_events as moved on event.event_id = moved.event_id
left join silver.term_extensions as extension on event.event_id = extension.event_id
where event.ticket_id = %(case_id)s
order by event.ts, moved.change_no nulls first, event.event_id
limit 500
"""
_MESSAGES = """
select message_id::text as message_id, ts, masked_text
from core.messages
where ticket_id = %(case_id)s and role = 'citizen' and masked_text is not null
order by ts, message_id
limit 500
"""


def listed(name: str) -> dict[str, LiteralString]:
    """The query of a list."""
    queries: dict[str, LiteralString] = {"creados": _CREATED, "tarde": _LATE}
    return {"cases": queries.get(name, _OPEN)}


FOUND: dict[str, LiteralString] = {"found": _FOUND}
CASE: dict[str, LiteralString] = {"case": _CASE, "messages": _MESSAGES, "history": _HISTORY}
