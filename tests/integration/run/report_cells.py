"""What each sheet of a report has to hold, in SQL of our own over the published views.

What needs the SLA clock at the end of a day (overdue, at risk, due) is read from the daily KPIs,
which the recomputation from raw in tests/oracle holds.
"""

NOW = "count(*) filter (where span = 'now')"
BEFORE = (
    "case when (select is_compared from compared) then count(*) filter (where span = 'before') end"
)
WITHIN = "count(*) filter (where span = 'now' and is_within_sla)"
BY_TYPE = ", ".join(
    f"count(*) filter (where span = 'now' and pqrs_type = '{kind}')" for kind in "PQRS"
)
OUTCOMES = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")


def pct(part: str, whole: str) -> str:
    return f"round(100.0 * ({part}) / nullif({whole}, 0), 2)"


def change(now: str, before: str) -> str:
    return f"round(100.0 * (({now}) - ({before})) / nullif(({before}), 0), 2)"


def spread(column: str, unit: int = 86400, span: str = "now") -> str:
    """Mean, median and p90 of seconds: of the nearest rank."""
    one = f"filter (where span = '{span}')"
    ordered = f"array_agg({column} order by {column}) {one}"
    count = f"count(*) {one}"
    return ", ".join(
        (
            f"round(avg({column}) {one} / {unit}, 2)",
            f"round(({ordered})[ceil({count} * 0.5)::int] / {unit}, 2)",
            f"round(({ordered})[ceil({count} * 0.9)::int] / {unit}, 2)",
        )
    )


def label(kind: str, column: str) -> str:
    return (
        f"case when grouping({column}) = 1 then 'Total' else"
        f" (select name from names where kind = '{kind}' and id = {column}) end"
    )


def named(kind: str, column: str) -> str:
    return f"(select name from names where kind = '{kind}' and id = {column})"


def with_total(column: str) -> str:
    return f"group by grouping sets (({column}), ())"


EVERY = "(select count(*) from came where span = 'now')"
ARRIVED = f"{NOW}, {pct(NOW, EVERY)}, {BEFORE}, {change(NOW, BEFORE)}"
CLOSED = f"{NOW}, {WITHIN}, {NOW} - {WITHIN}, {pct(WITHIN, NOW)}"
LAST = "(select last from spans where span = 'now')"
EVE = "(select first - 1 from spans where span = 'now')"
OFFICE = (
    "coalesce((select name from silver.dim_dependencia as d where d.dependencia_id = {}),"
    " 'Sin asignar')"
)


def place(column: str, shown: str, kpi: str = "", kpi_column: str = "") -> str:
    """Received, share, closings in and out of term, pending, overdue: by a place of the case."""
    members = "silver.tickets" if column == "priority" else "silver.dim_geo"
    overdue = f"""left join (
        select {kpi_column} as id, overdue_count from {kpi} where day = {LAST}
    ) as f using (id)"""
    within = "coalesce(within_count, 0)"
    return f"""
    select {shown}, coalesce(came_count, 0), {pct("coalesce(came_count, 0)", EVERY)},
        coalesce(closed_count, 0), {within}, coalesce(closed_count, 0) - {within},
        {pct("within_count", "closed_count")}, coalesce(pending_count, 0)
        {", coalesce(overdue_count, 0)" if kpi else ""}
    from (select distinct {column} as id from {members}) as members
    left join (
        select {column} as id, count(*) as came_count from came where span = 'now' group by 1
    ) as c using (id)
    left join (
        select {column} as id, count(*) as closed_count,
            count(*) filter (where is_within_sla) as within_count
        from closings where span = 'now' group by 1
    ) as d using (id)
    left join (
        select {column} as id, count(*) as pending_count from standing
        where at_end = {LAST} group by 1
    ) as e using (id)
    {overdue if kpi else ""}
    """


def figures(rows: list[tuple[str, str, str]]) -> str:
    """A table with a figure per row: name, unit, expression with a {span}."""
    return " union all ".join(f"({_figure(*row)})" for row in rows)


def _figure(name: str, unit: str, expression: str) -> str:
    now, before = expression.format(span="now"), expression.format(span="before")
    moved = "now - before" if unit == "pct" else change("now", "before")
    return (
        f"select {named('indicator', repr(name))}, {named('unit', repr(unit))}, now, before,"
        f" {moved}"
        f" from (select ({now})::numeric as now, case when (select is_compared from compared)"
        f" then ({before})::numeric end as before) as one"
    )


def _of(cte: str, what: str, where: str = "true") -> str:
    return f"select {what} from {cte} where span = '{{span}}' and {where}"


def _mean(cte: str, where: str = "true") -> str:
    return _of(cte, "round(avg(took) / 86400, 2)", where)


def _rank(cte: str, part: float, where: str = "true") -> str:
    ordered = "array_agg(took order by took)"
    return _of(cte, f"round(({ordered})[ceil(count(*) * {part})::int] / 86400, 2)", where)


def _share(cte: str, condition: str, where: str = "true") -> str:
    return _of(cte, pct(f"count(*) filter (where {condition})", "count(*)"), where)


def _at_end(of: str) -> str:
    """A sum at the end of each span; `of` gives it for a {day}."""
    return of.format(day="(select last from spans where span = '{span}')")


COUNT, ASKED = "count(*)", "subtype_id = 'informacion'"
DUE = (
    "select round(100.0 * sum(in_term_count) / nullif(sum(due_count), 0), 2)"
    " from gold.kpi_sla_cohort_daily join spans on day between first and last where span = '{span}'"
)
OVERDUE = "select sum(overdue_count) from gold.kpi_sla_daily where day = {day}"
AT_RISK = "select sum(at_risk_count) from gold.kpi_dependencia_daily where day = {day}"
EXTENSIONS = (
    "select count(*) from silver.term_extensions join spans on day between first and last"
    " where is_valid and span = '{span}'"
)


def summary() -> str:
    return figures(
        [
            ("received", "count", _of("came", COUNT)),
            ("closings", "count", _of("closings", COUNT)),
            ("within_pct", "pct", _share("closings", "is_within_sla")),
            ("due_pct", "pct", DUE),
            ("first_response", "days", _mean("firsts")),
            ("answer", "days", _mean("answers")),
            ("close", "days", _mean("closings")),
            ("close_median", "days", _rank("closings", 0.5)),
            ("pending", "count", _at_end("select count(*) from standing where at_end = {day}")),
            ("overdue", "count", _at_end(OVERDUE)),
            ("reopened", "count", _of("told", COUNT, "status_to = 'REOPENED'")),
            *(
                (name.lower(), "count", _of("answers", COUNT, f"outcome = '{name}'"))
                for name in OUTCOMES[1:]
            ),
            ("extensions", "count", EXTENSIONS),
            ("at_risk", "count", _at_end(AT_RISK)),
        ]
    )


def information() -> str:
    return figures(
        [
            ("received", "count", _of("came", COUNT, ASKED)),
            ("answers", "count", _of("answers", COUNT, ASKED)),
            ("answers_within_pct", "pct", _share("answers", "is_in_term", ASKED)),
            ("transferred", "count", _of("answers", COUNT, f"{ASKED} and outcome = 'TRANSFERRED'")),
            ("denied", "count", _of("answers", COUNT, f"{ASKED} and outcome = 'DENIED'")),
            ("answer", "days", _mean("answers", ASKED)),
            ("answer_median", "days", _rank("answers", 0.5, ASKED)),
            ("answer_p90", "days", _rank("answers", 0.9, ASKED)),
        ]
    )
