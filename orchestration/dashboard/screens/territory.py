"""Territorio: departments, and the municipalities of one."""

from urllib.parse import quote

import streamlit as st

from orchestration.dashboard import notices
from orchestration.dashboard.charts import maps
from orchestration.dashboard.figure import EVERY, Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import territory as queries
from orchestration.dashboard.reading import Answer, Rows
from orchestration.dashboard.tables import Column


def page(frame: Frame) -> None:
    """Map and ranking; below them the municipalities of the department that the address names."""
    asked = st.query_params.get("zona", "")
    zone = asked if asked in frame.world.departments else ""
    if asked and not zone:
        notices.ignored((f"zona={asked}",), frame.language)
    answers = frame.ask(queries.queries(frame.filters, zone), zone=zone)
    rows = queries.with_rates(answers["departments"].rows)
    if not any(row["tickets_count"] or row["backlog_count"] for row in rows):
        notices.nothing_left(frame.language)
        return
    shapes = queries.outlines(answers["outlines"].rows)
    measure = (
        st.segmented_control(
            frame.text("measure"),
            queries.MEASURES,
            default=queries.MEASURES[0],
            format_func=frame.text,
            key="measure",
        )
        or queries.MEASURES[0]
    )
    if zone:
        _zone(frame, zone, answers["municipalities"], shapes)
    left, right = st.columns(2)
    with left:
        values = {"measure": frame.text(measure), **frame.days()}
        spec = maps.departments(rows, shapes, measure, frame.language, frame.theme)
        sql = answers["departments"].sql
        show(frame, Figure("country", rows, _columns(frame), sql, spec=spec, values=values))
        if any(row["backlog_count"] is None for row in rows):
            st.caption(frame.text("open_now_only"))
    with right:
        ranked = sorted(
            rows, key=lambda row: (row[measure] is None, -(row[measure] or 0), row["code"])
        )
        show(frame, Figure("ranking", ranked, _columns(frame, measure), sql))


def _columns(frame: Frame, measure: str = "") -> tuple[Column, ...]:
    name = Column("department", "text", link=lambda row: frame.link("territorio", zona=row["code"]))
    if not measure:
        name = Column("department", "text")
    first: tuple[Column, ...] = ()
    if measure:
        first = (Column(measure, "pct" if measure == "within_sla_pct" else "decimal"),)
    rest = (
        Column("tickets_rate", "decimal"),
        Column("backlog_rate", "decimal"),
        Column("overdue_rate", "decimal"),
        Column("within_sla_pct", "pct"),
        Column("closings_count"),
        Column("tickets_count"),
        Column("backlog_count"),
        Column("overdue_count"),
        Column("population"),
    )
    return (name, *first, *(column for column in rest if column.key != measure))


def _zone(frame: Frame, zone: str, answer: Answer, shapes: dict[str, dict[str, object]]) -> None:
    name = frame.world.departments[zone]
    st.subheader(frame.text("towns_title", department=name), anchor=False)
    back, cases = frame.link("territorio"), frame.link("casos", depto=quote(zone))
    st.html(
        f'<a class="pqr-link" href="{back}">{frame.text("whole_country")}</a> · '
        f'<a class="pqr-link" href="{cases}">{frame.text("see_cases", department=name)}</a>'
    )
    rows: Rows = queries.with_rates(answer.rows)
    columns = (
        Column("municipio", "text"),
        Column("tickets_count"),
        Column("tickets_rate", "decimal"),
        Column("backlog_count"),
        Column("overdue_count"),
        Column("closings_count"),
        Column("within_sla_pct", "pct"),
        Column("population"),
    )
    spec = maps.municipalities(rows, shapes[zone], frame.language, frame.theme)
    show(
        frame,
        Figure(
            "municipalities",
            rows,
            columns,
            answer.sql,
            spec=spec,
            follows=EVERY & {"department"},
            values={"department": name, **frame.days()},
        ),
    )
