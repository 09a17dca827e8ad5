"""Oportunidad: what is closed within its term."""

import streamlit as st

from orchestration.dashboard import notices
from orchestration.dashboard.charts import bars
from orchestration.dashboard.figure import EVERY, Figure, show
from orchestration.dashboard.filters import TYPES
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import timeliness as queries
from orchestration.dashboard.tables import Column, Columns

ONLY_TYPE = EVERY & {"type"}


def page(frame: Frame) -> None:
    """Shares by kind, cohorts by week, speed by day, the rules."""
    answers = frame.ask(queries.queries(frame.filters))
    if not any(row["closings_count"] or row["overdue_count"] for row in answers["by_type"].rows):
        notices.nothing_closed(frame.filters)
        return
    language, theme = frame.language, frame.theme
    palette = tuple(zip(TYPES, theme.types, strict=True))
    left, right = st.columns(2)
    with left:
        answer = answers["by_type"]
        columns: Columns = (
            Column("pqrs_type", "name"),
            Column("closings_count"),
            Column("within_sla_count"),
            Column("within_sla_pct", "pct"),
            Column("overdue_count"),
            Column("avg_overdue_days", "days"),
        )
        spec = bars.shares(
            answer.rows, "pqrs_type", "within_sla_pct", "closings_count", language, theme
        )
        show(
            frame,
            Figure("by_type", answer.rows, columns, answer.sql, spec=spec, values=frame.days()),
        )
        if any(row["overdue_count"] is None for row in answer.rows):
            st.caption(frame.text("overdue_now"))
    with right:
        answer = answers["cohorts"]
        weeks = queries.marked(
            [{**row, "still_open_count": row["open_count"]} for row in answer.rows], frame.now
        )
        parts = (
            ("in_term_count", theme.good),
            ("late_count", theme.types[1]),
            ("still_open_count", theme.late),
        )
        columns = (
            Column("week", "day"),
            Column("due_count"),
            Column("in_term_count"),
            Column("late_count"),
            Column("still_open_count"),
            Column("in_term_pct", "pct"),
            Column("is_partial", "yes"),
        )
        spec = bars.parts_of_weeks(weeks, parts, language, theme)
        show(frame, Figure("cohorts", weeks, columns, answer.sql, spec=spec, follows=ONLY_TYPE))
    answer = answers["speed"]
    columns = (
        Column("day", "day"),
        Column("pqrs_type", "name"),
        Column("closings_count"),
        Column("median_hours", "hours"),
        Column("p90_hours", "hours"),
    )
    spec = bars.lines(
        answer.rows, "pqrs_type", "median_hours", "closings_count", palette, language, theme, "h"
    )
    show(frame, Figure("speed", answer.rows, columns, answer.sql, spec=spec, follows=ONLY_TYPE))
    answer = answers["policies"]
    columns = (
        Column("pqrs_type", "name"),
        Column("subtype", "text"),
        Column("business_days"),
        Column("stops_at", "name"),
        Column("policy_id", "text"),
        Column("legal_basis", "long"),
        Column("cases", "count", "tickets_count"),
    )
    show(frame, Figure("policies", answer.rows, columns, answer.sql, follows=ONLY_TYPE))
