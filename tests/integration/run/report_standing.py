"""Queries of the sheets about what stands at the end of a day, and about the course of a period."""

from tests.integration.run.report_cells import EVE, LAST, OFFICE, label, pct, with_total

MONTHS = (
    "'{Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre}'"
)
BANDS = ", ".join(
    f"count(*) filter (where age between {low} and {high})"
    for low, high in ((0, 5), (6, 10), (11, 15), (16, 30), (31, 9999))
)
COHORT = """
select {label}, sum(due) filter (where span = 'now'), sum(kept) filter (where span = 'now'),
    sum(late) filter (where span = 'now'), sum(still) filter (where span = 'now'),
    round(100.0 * sum(kept) filter (where span = 'now')
        / nullif(sum(due) filter (where span = 'now'), 0), 2),
    {before}, round(100.0 * sum(kept) filter (where span = 'now')
        / nullif(sum(due) filter (where span = 'now'), 0), 2) - {before}
from (
    select span, pqrs_type, due_count as due, in_term_count as kept, late_count as late,
        open_count as still
    from gold.kpi_sla_cohort_daily join spans on day between first and last
) as cohort
{total}
""".format(
    label=label("type", "pqrs_type"),
    before="(case when (select is_compared from compared) then round(100.0 * sum(kept) filter"
    " (where span = 'before') / nullif(sum(due) filter (where span = 'before'), 0), 2) end)",
    total=with_total("pqrs_type"),
)
BALANCE = f"""
select {label("type", "pqrs_type")}, sum(opening), sum(came), sum(again), sum(went), sum(stands),
    sum(over)
from (
    select pqrs_type, 1 as opening, 0 as came, 0 as again, 0 as went, 0 as stands, 0 as over
    from standing where at_end = {EVE}
    union all select pqrs_type, 0, 1, 0, 0, 0, 0 from came where span = 'now'
    union all select pqrs_type, 0, 0, 1, 0, 0, 0 from told
        where span = 'now' and status_to = 'REOPENED'
    union all select pqrs_type, 0, 0, 0, 1, 0, 0 from closings where span = 'now'
    union all select pqrs_type, 0, 0, 0, 0, 1, 0 from standing where at_end = {LAST}
    union all select pqrs_type, 0, 0, 0, 0, 0, overdue_count from gold.kpi_sla_daily
        where day = {LAST}
) as changes
{with_total("pqrs_type")}
"""
OFFICES = f"""
select {OFFICE.format("office")}, came_in, answered, closed, within, closed - within,
    {pct("within", "closed")}, {pct("touched", "closed")}, handed
from (
    select office, count(*) filter (where status_to = 'RESPONDED') as answered,
        count(*) filter (where status_to = 'CLOSED') as closed,
        count(*) filter (where status_to = 'CLOSED' and is_within_sla) as within
    from told where span = 'now' group by 1
) as worked
join (
    select dependencia_id as office, sum(received_count) as came_in,
        sum(one_touch_count) as touched, sum(handoffs_count) as handed
    from gold.kpi_dependencia_daily join spans on day between first and last and span = 'now'
    group by 1
) as reported using (office)
where office <> 'unassigned' or answered + closed > 0
"""
LOADS = f"""
select
    case when grouping(loads.dependencia_id) = 1 then 'Total'
        else {OFFICE.format("loads.dependencia_id")} end,
    sum(open_count), sum(open_count - at_risk_count - overdue_count), sum(at_risk_count),
    sum(overdue_count)
from gold.kpi_dependencia_daily as loads where day = {LAST}
{with_total("loads.dependencia_id")}
"""
MONTH_ROWS = f"""
select ({MONTHS}::text[])[extract(month from at_end)::int] || ' ' || extract(year from at_end),
    (select count(*) from came where span = 'now' and date_trunc('month', created_day)
        = date_trunc('month', at_end)),
    closed, within, closed - within, {pct("within", "closed")}, pending,
    (select sum(overdue_count) from gold.kpi_sla_daily where day = at_end)
from (select day as at_end from ends, spans where span = 'now' and day between first and last) as m
cross join lateral (
    select count(*) as closed, count(*) filter (where is_within_sla) as within from closings
    where span = 'now' and date_trunc('month', day) = date_trunc('month', at_end)
) as c
cross join lateral (select count(*) as pending from standing where standing.at_end = m.at_end) as s
"""
DAY_ROWS = f"""
select days.day::date, (select count(*) from came where span = 'now' and created_day = days.day),
    closed, within, closed - within, {pct("within", "closed")}
from spans cross join generate_series(first, last, '1 day') as days (day)
cross join lateral (
    select count(*) as closed, count(*) filter (where is_within_sla) as within from closings
    where closings.span = 'now' and closings.day = days.day
) as c
where spans.span = 'now'
"""
AGES = f"""
select {label("type", "pqrs_type")}, {BANDS}, count(*)
from (
    select pqrs_type, (
        select business_day_index from silver.dim_calendar where day = {LAST}
    ) - business_day_index as age
    from standing join silver.dim_calendar on dim_calendar.day = created_day
    where at_end = {LAST}
) as aged
{with_total("pqrs_type")}
"""
