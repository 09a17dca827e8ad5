"""Territorio: departments with their inhabitants and outlines, and the municipalities of one."""

import json
from typing import Any, LiteralString

from orchestration.dashboard.filters import Filters
from orchestration.dashboard.reading import Rows

_DEPARTMENTS = """
with people as (
    select dane_department_code, sum(population)::bigint as population
    from silver.dim_geo
    group by 1
)

select
    kpi.dane_department_code as code,
    kpi.department,
    people.population,
    sum(kpi.tickets_count)::bigint as tickets_count,
    (sum(kpi.backlog_count) filter (where kpi.day = %(last)s))::bigint as backlog_count,
    (sum(kpi.overdue_count) filter (where kpi.day = %(last)s))::bigint as overdue_count,
    sum(kpi.closings_count)::bigint as closings_count,
    sum(kpi.within_sla_count)::bigint as within_sla_count
from gold.kpi_department_daily as kpi
left join people using (dane_department_code)
where
    kpi.day between %(first)s and %(last)s
    and (%(departments)s::text[] is null or dane_department_code = any(%(departments)s::text[]))
group by 1, 2, 3
order by 1
"""
# Only the open cases of the last published day are served case by case: those of an earlier day are
# not known for a combination of filters.
_DEPARTMENTS_FROM_CASES = """
with people as (
    select dane_department_code as code, department, sum(population)::bigint as population
    from silver.dim_geo
    group by 1, 2
),

created as (
    select left(geo_id, 2) as code, count(*) as tickets_count
    from silver.tickets
    where
        created_day between %(first)s and %(last)s
        and pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
    group by 1
),

waiting as (
    select
        left(geo_id, 2) as code,
        count(*) as backlog_count,
        count(*) filter (where is_overdue) as overdue_count
    from silver.v_tickets_open
    where
        pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or source_channel = any(%(channels)s::text[]))
        and (%(priorities)s::text[] is null or priority = any(%(priorities)s::text[]))
        and (%(offices)s::text[] is null or dependencia_id = any(%(offices)s::text[]))
    group by 1
),

closed as (
    select
        left(tickets.geo_id, 2) as code,
        count(*) as closings_count,
        count(*) filter (where moved.is_within_sla) as within_sla_count
    from silver.status_events as moved
    join silver.tickets as tickets using (ticket_id)
    where
        moved.is_valid
        and moved.status_to = 'CLOSED'
        and moved.day between %(first)s and %(last)s
        and tickets.pqrs_type = any(%(types)s)
        and (%(channels)s::text[] is null or tickets.source_channel = any(%(channels)s::text[]))
        and (%(priorities)s::text[] is null or tickets.priority = any(%(priorities)s::text[]))
        and (
            %(offices)s::text[] is null
            or coalesce(tickets.dependencia_id, 'unassigned') = any(%(offices)s::text[])
        )
    group by 1
)

select
    people.*,
    coalesce(tickets_count, 0) as tickets_count,
    case when live.last_day = %(last)s then coalesce(backlog_count, 0) end as backlog_count,
    case when live.last_day = %(last)s then coalesce(overdue_count, 0) end as overdue_count,
    coalesce(closings_count, 0) as closings_count,
    coalesce(within_sla_count, 0) as within_sla_count
from people
cross join meta.live_publication as live
left join created using (code)
left join waiting using (code)
left join closed using (code)
where %(departments)s::text[] is null or code = any(%(departments)s::text[])
order by code
"""
_OUTLINES = """
select dane_department_code as code, geometry from silver.dim_department order by 1
"""
_MUNICIPALITIES = """
select
    kpi.geo_id,
    kpi.municipio,
    place.latitude::float8 as latitude,
    place.longitude::float8 as longitude,
    place.population,
    sum(kpi.tickets_count)::bigint as tickets_count,
    (sum(kpi.backlog_count) filter (where kpi.day = %(last)s))::bigint as backlog_count,
    (sum(kpi.overdue_count) filter (where kpi.day = %(last)s))::bigint as overdue_count,
    sum(kpi.closings_count)::bigint as closings_count,
    sum(kpi.within_sla_count)::bigint as within_sla_count
from gold.kpi_municipality_daily as kpi
join silver.dim_geo as place using (geo_id)
where
    kpi.day between %(first)s and %(last)s
    and kpi.geo_id between %(zone)s || '000' and %(zone)s || '999'
group by 1, 2, 3, 4, 5
having sum(kpi.tickets_count) > 0 or sum(kpi.backlog_count) filter (where kpi.day = %(last)s) > 0
order by tickets_count desc, geo_id
"""
MEASURES = ("tickets_rate", "backlog_rate", "overdue_rate", "within_sla_pct")


def queries(filters: Filters, zone: str) -> dict[str, LiteralString]:
    """The queries of the page; `zone` is the department whose municipalities are wanted, or ''."""
    departments: LiteralString = _DEPARTMENTS
    if filters.selective - {"department"}:
        departments = _DEPARTMENTS_FROM_CASES
    asked: dict[str, LiteralString] = {"departments": departments, "outlines": _OUTLINES}
    return {**asked, "municipalities": _MUNICIPALITIES} if zone else asked


def with_rates(rows: Rows) -> Rows:
    """Rows with counts per 100,000 inhabitants and the share of closings in time.

    A place without inhabitants on record has no rate; one without closings has no share.
    """

    def rate(row: dict[str, Any], key: str) -> float | None:
        count, people = row[key], row["population"]
        return 100_000 * count / people if people and count is not None else None

    return [
        {
            **row,
            "tickets_rate": rate(row, "tickets_count"),
            "backlog_rate": rate(row, "backlog_count"),
            "overdue_rate": rate(row, "overdue_count"),
            "within_sla_pct": (
                100 * row["within_sla_count"] / row["closings_count"]
                if row["closings_count"]
                else None
            ),
        }
        for row in rows
    ]


def outlines(rows: Rows) -> dict[str, dict[str, Any]]:
    """Outlines by department code, with coordinates to a kilometre, which is all a screen shows."""
    shapes = {}
    for row in rows:
        shape = row["geometry"]
        shape = json.loads(shape) if isinstance(shape, str) else shape
        shapes[row["code"]] = {
            "type": "MultiPolygon",
            "coordinates": [
                [_thinned(ring) for ring in polygon] for polygon in shape["coordinates"]
            ],
        }
    return shapes


def _thinned(ring: list[list[float]]) -> list[list[float]]:
    kept: list[list[float]] = []
    for longitude, latitude, *_ in ring:
        point = [round(longitude, 2), round(latitude, 2)]
        if not kept or point != kept[-1]:
            kept.append(point)
    # A ring of fewer than four points has no inside; a small island keeps its own shape.
    return kept if len(kept) > 3 else [list(point[:2]) for point in ring]
