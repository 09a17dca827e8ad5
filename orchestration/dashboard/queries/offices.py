"""Dependencias y riesgo: the load of each office, and the cases whose term is about to end."""

from typing import Any, LiteralString

from orchestration.dashboard.reading import Rows

_OFFICES = """
select
    kpi.dependencia_id,
    coalesce(office.name, kpi.dependencia_id) as dependencia,
    sum(kpi.received_count)::bigint as received_count,
    sum(kpi.answered_count)::bigint as answered_count,
    sum(kpi.closings_count)::bigint as closings_count,
    -- An office without a row on the last day holds nothing then.
    coalesce(sum(kpi.open_count) filter (where kpi.day = %(last)s), 0)::bigint as open_count,
    coalesce(sum(kpi.at_risk_count) filter (where kpi.day = %(last)s), 0)::bigint as at_risk_count,
    coalesce(sum(kpi.overdue_count) filter (where kpi.day = %(last)s), 0)::bigint as overdue_count,
    sum(kpi.handoffs_count)::bigint as handoffs_count,
    coalesce(max(kpi.agents_count) filter (where kpi.day = %(last)s), 0)::bigint as agents_count,
    (100.0 * sum(kpi.one_touch_count) / nullif(sum(kpi.closings_count), 0))::float8
        as one_touch_pct,
    (
        sum(kpi.avg_business_days_unassigned * kpi.assigned_count)
        / nullif(sum(kpi.assigned_count), 0)
    )::float8 as unassigned_days,
    (
        sum(kpi.avg_business_days_waiting_entity * kpi.closings_count)
        / nullif(sum(kpi.closings_count), 0)
    )::float8 as entity_days,
    (
        sum(kpi.avg_business_days_waiting_citizen * kpi.closings_count)
        / nullif(sum(kpi.closings_count), 0)
    )::float8 as citizen_days
from gold.kpi_dependencia_daily as kpi
left join silver.dim_dependencia as office using (dependencia_id)
where
    kpi.day between %(first)s and %(last)s
    and (%(offices)s::text[] is null or kpi.dependencia_id = any(%(offices)s::text[]))
group by 1, 2
order by open_count desc, 1
"""
_AT_RISK = """
select
    ticket_id::text as ticket_id, external_id, dependencia_id, dependencia, pqrs_type, priority,
    current_status as status, municipio,
    -- On hold the term waits: the instant moves on until the case is taken up again.
    case when current_status <> 'ON_HOLD' then sla_due_at end as sla_due_at,
    remaining_days::float8 as remaining_days,
    count(*) over () as total
from silver.v_tickets_at_risk
where
    pqrs_type = any(%(types)s)
    and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
    and (%(departments)s::text[] is null or left(geo_id, 2) = any(%(departments)s::text[]))
    and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
    and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
order by remaining_days, ticket_id
limit 100
"""
_OUTCOMES = """
select
    outcome,
    sum(responses_count)::bigint as responses_count,
    sum(in_term_count)::bigint as in_term_count,
    (100.0 * sum(in_term_count) / nullif(sum(responses_count), 0))::float8 as in_term_pct
from gold.kpi_outcome_daily
where day between %(first)s and %(last)s and pqrs_type = any(%(types)s)
group by 1
having sum(responses_count) > 0
order by 2 desc, 1
"""
QUERIES: dict[str, LiteralString] = {
    "offices": _OFFICES,
    "at_risk": _AT_RISK,
    "outcomes": _OUTCOMES,
}


def load(offices: Rows) -> Rows:
    """Offices with their open cases in three parts: on track, at risk and overdue."""

    def on_track(row: dict[str, Any]) -> int:
        return int(row["open_count"] - row["at_risk_count"] - row["overdue_count"])

    return [{**row, "on_track_count": on_track(row)} for row in offices if row["open_count"]]
