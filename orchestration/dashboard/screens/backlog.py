"""Backlog y envejecimiento: what is open."""

import streamlit as st

from orchestration.dashboard import formats, notices
from orchestration.dashboard.charts import bars, days
from orchestration.dashboard.figure import EVERY, Figure, how, show
from orchestration.dashboard.filters import TYPES
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries.backlog import QUERIES
from orchestration.dashboard.reading import Answer
from orchestration.dashboard.tables import Column, Columns

ONLY_TYPE = EVERY & {"type"}
BANDS = ("0-5", "6-10", "11-15", "16-30", ">30")


def page(frame: Frame) -> None:
    """Figures of now, two courses, the states and the worst cases."""
    answers = frame.ask(QUERIES)
    if not answers["open"].rows[0]["open_count"]:
        notices.nothing_left(frame.language)
        return
    _now(frame, answers["open"])
    top, bottom = st.columns(2), st.columns([2, 3])
    with top[0]:
        answer = answers["trend"]
        palette = tuple(zip(TYPES, frame.theme.types, strict=True))
        spec = days.stacked(
            answer.rows, "pqrs_type", "backlog_count", palette, frame.language, frame.theme
        )
        columns: Columns = (
            Column("day", "day"),
            Column("pqrs_type", "name"),
            Column("backlog_count"),
        )
        show(frame, Figure("trend", answer.rows, columns, answer.sql, spec=spec, follows=ONLY_TYPE))
    with top[1]:
        answer = answers["ageing"]
        palette = tuple(zip(BANDS, frame.theme.ages, strict=True))
        spec = days.stacked(
            answer.rows, "age_band", "open_count", palette, frame.language, frame.theme
        )
        columns = (Column("day", "day"), Column("age_band", "text"), Column("open_count"))
        show(
            frame, Figure("ageing", answer.rows, columns, answer.sql, spec=spec, follows=ONLY_TYPE)
        )
    with bottom[0]:
        answer = answers["states"]
        spec = bars.ranked(answer.rows, "status", "open_count", frame.language, frame.theme)
        columns = (
            Column("status", "name"),
            Column("open_count"),
            Column("overdue_count"),
            Column("median_age_days", "days"),
        )
        show(frame, Figure("states", answer.rows, columns, answer.sql, spec=spec))
    with bottom[1]:
        _worst(frame, answers["worst"])


def _now(frame: Frame, answer: Answer) -> None:
    row = answer.rows[0]
    language = frame.language
    figures = (
        ("open", formats.number(row["open_count"], language)),
        ("overdue", formats.number(row["overdue_count"], language)),
        ("due_soon", formats.number(row["due_soon_count"], language)),
        ("median_age", formats.figure(row["median_age_days"], "days", language)),
        ("oldest_age", formats.figure(row["oldest_age_days"], "days", language)),
    )
    for place, (name, value) in zip(st.columns(len(figures)), figures, strict=True):
        place.metric(frame.text(name), value, border=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        how(frame, "open_now", answer.sql)
        day = formats.long_day(frame.live.last_day, language)
        st.caption(frame.text("as_of", day=day))


def _worst(frame: Frame, answer: Answer) -> None:
    columns = (
        Column(
            "external_id",
            "key",
            link=lambda row: frame.link("casos", caso=row["ticket_id"]),
        ),
        Column("pqrs_type", "name"),
        Column("priority", "name"),
        Column("municipio", "text"),
        Column("age_days", "days"),
        Column("overdue_days", "days"),
    )
    show(frame, Figure("worst", answer.rows, columns, answer.sql))
    if answer.rows:
        frame.anchor("see_all", "casos", lista="vencidos")
