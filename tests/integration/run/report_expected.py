"""Of each sheet of a report, the query whose rows it has to hold."""

from pathlib import Path

from orchestration.report.period import Period
from orchestration.report.words import TEXTS
from tests.integration.run.report_cells import (
    ARRIVED,
    BEFORE,
    BY_TYPE,
    CLOSED,
    EVERY,
    NOW,
    OUTCOMES,
    WITHIN,
    change,
    information,
    label,
    named,
    pct,
    place,
    spread,
    summary,
    with_total,
)
from tests.integration.run.report_standing import (
    AGES,
    BALANCE,
    COHORT,
    DAY_ROWS,
    LOADS,
    MONTH_ROWS,
    OFFICES,
)

_EVERY_ANSWER = "(select count(*) from answers where span = 'now')"
IN_TERM = "count(*) filter (where span = 'now' and is_in_term)"
WITHIN_BEFORE = (
    "(case when (select is_compared from compared) then"
    " round(100.0 * count(*) filter (where span = 'before' and is_within_sla)"
    " / nullif(count(*) filter (where span = 'before'), 0), 2) end)"
)
ANSWER_BEFORE = (
    "(case when (select is_compared from compared) then"
    " round(avg(took) filter (where span = 'before') / 86400, 2) end)"
)
ENDED = ", ".join(
    f"count(*) filter (where span = 'now' and outcome = '{name}')" for name in OUTCOMES
)
DENIED = "count(*) filter (where span = 'now' and outcome = 'DENIED')"
TACIT = "count(*) filter (where span = 'now' and is_withdrawal_tacit)"
MEAN = spread("took").split(", round((array_agg")[0]
EXTENSIONS = f"""
select {label("type", "pqrs_type")}, count(*) filter (where is_valid and span = 'now'),
    case when (select is_compared from compared) then
        count(*) filter (where is_valid and span = 'before') end,
    count(distinct ticket_id) filter (where is_valid and span = 'now'),
    coalesce(sum(business_days) filter (where is_valid and span = 'now'), 0),
    count(*) filter (where not is_valid and span = 'now')
from (
    select span, pqrs_type, ticket_id, is_valid, business_days
    from silver.term_extensions
    join silver.tickets using (ticket_id) join spans on term_extensions.day between first and last
    union all
    select 'never', unnest(array['P', 'Q', 'R', 'S']), null, null, null
) as announced
{with_total("pqrs_type")}
"""
THEMES = f"""
select {label("theme", "theme")}, {BY_TYPE}, {NOW},
    {
    pct(
        NOW,
        "(select count(*) from told_themes join spans on day between first and last"
        " where span = 'now')",
    )
}, {BEFORE}, {change(NOW, BEFORE)}
from told_themes join spans on day between first and last
{with_total("theme")}
"""
SUBTYPES = f"""
select
    {named("type", "counted.type_of")}, {named("subtype", "counted.sort")}, arrived,
    {pct("arrived", EVERY)}, closed, within, closed - within, {pct("within", "closed")}
from (
    select pqrs_type as type_of, subtype_id as sort, sum(a) as arrived, sum(c) as closed,
        sum(w) as within
    from (
        select pqrs_type, subtype_id, 1 as a, 0 as c, 0 as w from came where span = 'now'
        union all
        select pqrs_type, subtype_id, 0, 1, is_within_sla::int from closings where span = 'now'
    ) as seen
    group by 1, 2
) as counted
"""
POLICIES = f"""
select sla_policy_id, {named("type", "pqrs_type")}, {named("subtype", "subtype_id")},
    sla_days - extended_days, {named("stops", "sla_stops_at")}, count(*)
from came where span = 'now' and sla_policy_id is not null
group by sla_policy_id, pqrs_type, subtype_id, sla_days - extended_days, sla_stops_at
"""


def prelude(period: Period, before: Period | None) -> str:
    """The common table expressions that every query begins with."""
    spans = f"('now', date '{period.first}', date '{period.last}')"
    if before is not None:
        spans += f", ('before', date '{before.first}', date '{before.last}')"
    pairs = ((key.split(".", 1), texts[0]) for key, texts in TEXTS.items() if "." in key)
    return (
        Path(__file__)
        .with_name("report_cells.sql")
        .read_text(encoding="utf-8")
        .format(
            spans=spans,
            is_compared="true" if before else "false",
            names=", ".join(f"('{kind}', '{name}', $${shown}$$)" for (kind, name), shown in pairs),
        )
    )


def queries(period: Period) -> dict[str, str]:
    """By the name of the sheet."""
    by_type, total = label("type", "pqrs_type"), with_total("pqrs_type")
    return {
        "resumen": summary(),
        "por-tipo": f"select {by_type}, {ARRIVED} from came {total}",
        "por-subtipo": SUBTYPES,
        "por-canal": f"select {label('channel', 'source_channel')}, {BY_TYPE}, {ARRIVED} from came"
        f" {with_total('source_channel')}",
        "por-peticionario": f"select {label('petitioner', 'petitioner')}, {ARRIVED} from came"
        f" {with_total('petitioner')}",
        "evolucion": DAY_ROWS if period.months == 1 else MONTH_ROWS,
        "oportunidad": f"select {by_type}, {CLOSED}, {WITHIN_BEFORE},"
        f" {pct(WITHIN, NOW)} - {WITHIN_BEFORE} from closings {total}",
        "vencimientos": COHORT,
        "desenlaces": f"select {label('outcome', 'outcome')}, {NOW}, {pct(NOW, _EVERY_ANSWER)},"
        f" {BEFORE}, {IN_TERM}, {NOW} - {IN_TERM}, {pct(IN_TERM, NOW)},"
        f" case when grouping(outcome) = 1 or outcome = 'WITHDRAWN' then {TACIT} end,"
        f" {spread('took')} from answers {with_total('outcome')}",
        "acceso-negado": f"select case when grouping(pqrs_type) = 1 then 'Total' else"
        f" {named('type', 'pqrs_type')} end, case when grouping(pqrs_type) = 1 then ''"
        f" else {named('subtype', 'subtype_id')} end, {NOW}, {ENDED}, {pct(DENIED, NOW)}"
        " from answers where span = 'now' group by grouping sets ((pqrs_type, subtype_id), ())",
        "prorrogas": EXTENSIONS,
        "esperas": f"select {by_type}, {NOW}, {spread('citizen')}, {spread('entity')} from waits"
        f" {total}",
        "acceso-informacion": information(),
        "tiempo-de-respuesta": f"select {by_type}, {NOW}, {spread('took')}, {ANSWER_BEFORE},"
        f" {change(MEAN, ANSWER_BEFORE)} from answers {total}",
        "primera-respuesta": f"select {by_type}, {NOW}, {spread('took')}, {spread('seconds', 3600)}"
        f" from firsts {total}",
        "tiempo-de-cierre": f"select {by_type}, {NOW}, {spread('took')}, {spread('seconds', 3600)}"
        f" from closings {total}",
        "pendientes": BALANCE,
        "antiguedad": AGES,
        "por-dependencia": OFFICES,
        "en-riesgo": LOADS,
        "por-prioridad": place(
            "priority", named("priority", "members.id"), "gold.kpi_priority_daily", "priority"
        ),
        "por-region": place("region", "members.id"),
        "por-departamento": place(
            "department", "members.id", "gold.kpi_department_daily", "department"
        ),
        "por-municipio": place(
            "geo_id",
            "members.id, (select municipio from silver.dim_geo where geo_id = members.id),"
            " (select department from silver.dim_geo where geo_id = members.id)",
            "gold.kpi_municipality_daily",
            "geo_id",
        ),
        "por-tema": THEMES,
        "terminos": POLICIES,
    }
