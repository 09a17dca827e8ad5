"""Dependencias y riesgo: who carries what, and what is about to be late."""

import streamlit as st

from orchestration.dashboard import formats
from orchestration.dashboard.charts import bars
from orchestration.dashboard.figure import EVERY, Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import offices as queries
from orchestration.dashboard.reading import Answer
from orchestration.dashboard.tables import Column, Columns

ONLY_OFFICE = EVERY & {"office"}


def page(frame: Frame) -> None:
    """Load and outcomes, what is at risk, the work of each office."""
    answers = frame.ask(queries.QUERIES)
    left, right = st.columns([3, 2])
    with left:
        _load(frame, answers["offices"])
    with right:
        _outcomes(frame, answers["outcomes"])
    _at_risk(frame, answers["at_risk"])
    _offices(frame, answers["offices"])


def _load(frame: Frame, answer: Answer) -> None:
    theme = frame.theme
    rows = queries.load(answer.rows)
    parts = (
        ("on_track_count", theme.accent),
        ("at_risk_count", theme.types[1]),
        ("overdue_count", theme.late),
    )
    columns: Columns = (
        Column("dependencia", "name"),
        Column("open_count"),
        *(Column(name) for name, _ in parts),
    )
    spec = bars.parts_of_names(rows, "dependencia", parts, frame.language, theme)
    show(
        frame,
        Figure(
            "load",
            rows,
            columns,
            answer.sql,
            spec=spec,
            follows=ONLY_OFFICE,
            values=frame.days(),
        ),
    )


def _outcomes(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("outcome", "name"),
        Column("responses_count", heading="answers_count"),
        Column("in_term_count"),
        Column("in_term_pct", "pct"),
    )
    show(
        frame,
        Figure(
            "outcomes",
            answer.rows,
            columns,
            answer.sql,
            follows=EVERY & {"type"},
            values=frame.days(),
        ),
    )


def _at_risk(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("external_id", "key", link=lambda row: frame.link("casos", caso=row["ticket_id"])),
        Column("dependencia", "name"),
        Column("pqrs_type", "name"),
        Column("priority", "name"),
        Column("status", "name"),
        Column("municipio", "text"),
        Column("sla_due_at", "due"),
        Column("remaining_days", "days"),
    )
    total = answer.rows[0]["total"] if answer.rows else 0
    values = {
        "total": frame.cases(total),
        "day": formats.long_day(frame.live.last_day, frame.language),
    }
    show(frame, Figure("at_risk", answer.rows, columns, answer.sql, values=values))


def _offices(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("dependencia", "name"),
        Column("received_count"),
        Column("answered_count"),
        Column("closings_count"),
        Column("handoffs_count"),
        Column("agents_count"),
        Column("one_touch_pct", "pct"),
        Column("unassigned_days", "days"),
        Column("entity_days", "days"),
        Column("citizen_days", "days"),
    )
    show(
        frame,
        Figure(
            "offices", answer.rows, columns, answer.sql, follows=ONLY_OFFICE, values=frame.days()
        ),
    )
