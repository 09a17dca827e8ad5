"""Flujo: the process as it is lived."""

from typing import Any

import streamlit as st

from orchestration.dashboard import formats, notices
from orchestration.dashboard.charts.bars import ranked
from orchestration.dashboard.charts.process_map import process_map
from orchestration.dashboard.figure import EVERY, Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import flow as queries
from orchestration.dashboard.reading import Answer, Rows
from orchestration.dashboard.tables import Column
from orchestration.dashboard.texts import text

ONLY_TYPE = EVERY & {"type"}
ATTRIBUTES = ("type", "channel", "priority", "region", "department", "subtype")


def page(frame: Frame) -> None:
    """Map and bottlenecks, variants, rework, what late closings share, two segments."""
    answers = frame.ask(queries.queries(frame.filters))
    if not answers["transitions"].rows:
        notices.nothing_left(frame.language)
        return
    left, right = st.columns([6, 5])
    with left:
        _map(frame, answers["transitions"])
    with right:
        _bottlenecks(frame, answers["transitions"])
        _rework(frame, answers["rework"])
    _variants(frame, answers["variants"])
    left, right = st.columns([6, 5])
    with left:
        _late(frame, answers["segments"])
    with right:
        _compared(frame, answers["segments"])
        if answers["refused"].rows:
            _refused(frame, answers["refused"])


def _map(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("status_from", "name"),
        Column("status_to", "name"),
        Column("transitions_count"),
        Column("median_days", "days"),
        Column("p90_days", "days"),
    )
    drawing = process_map(answer.rows, frame.language, frame.theme)
    alt = frame.text("map_title") + ": " + "; ".join(_spoken(frame, row) for row in answer.rows)
    show(
        frame,
        Figure(
            "map", answer.rows, columns, answer.sql, drawing=drawing, alt=alt, values=frame.days()
        ),
    )


def _spoken(frame: Frame, row: dict[str, Any]) -> str:
    days = formats.figure(row["median_days"], "days", frame.language)
    count = formats.number(row["transitions_count"], frame.language)
    return f"{frame.text(row['status_from'])} → {frame.text(row['status_to'])} {count}, {days}"


def _bottlenecks(frame: Frame, answer: Answer) -> None:
    rows = queries.bottlenecks(answer.rows)
    columns = (
        Column("status", "name"),
        Column("share_pct", "pct"),
        Column("median_days", "days"),
        Column("p90_days", "days"),
        Column("transitions_count"),
    )
    show(frame, Figure("bottlenecks", rows, columns, answer.sql))


def _rework(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("pqrs_type", "name"),
        Column("closings_count"),
        Column("rework_count"),
        Column("rework_pct", "pct"),
        Column("held_pct", "pct"),
    )
    show(frame, Figure("rework", answer.rows, columns, answer.sql, follows=ONLY_TYPE))


def _variants(frame: Frame, answer: Answer) -> None:
    closed = sum(row["closings_count"] for row in answer.rows)
    refused = sum(row["nonconforming_count"] for row in answer.rows)
    pct = 100 * (closed - refused) / closed if closed else None
    rows = [{**row, "path": _path(frame, row["variant"])} for row in answer.rows]
    columns = (
        Column("path", "long", "variant"),
        Column("closings_count"),
        Column("closings_pct", "pct"),
        Column("conforming_pct", "pct"),
        Column("within_sla_pct", "pct"),
        Column("avg_hours", "hours"),
        Column("is_rework", "yes"),
    )
    values = {
        "closings": formats.number(closed, frame.language),
        "conforming": formats.figure(pct, "percent", frame.language),
    }
    show(
        frame,
        Figure("variants", rows, columns, answer.sql, follows=ONLY_TYPE, values=values),
    )


def _path(frame: Frame, variant: str) -> str:
    return " → ".join(frame.text(state) for state in variant.split(">"))


def _late(frame: Frame, answer: Answer) -> None:
    kinds = [row for row in answer.rows if row["attribute"] == "type"]
    rows = [_named(frame, row) for row in queries.over_represented(answer.rows)]
    columns = (
        Column("attribute", "name"),
        Column("value", "name"),
        Column("lift", "ratio"),
        Column("support_pct", "pct"),
        Column("base_pct", "pct"),
        Column("late_count"),
        Column("closings_count"),
    )
    chart = [{key: row[key] for key in ("label_of", "lift")} for row in rows[:10]]
    values = {
        name: formats.number(sum(row[key] for row in kinds), frame.language)
        for name, key in (("late", "late_count"), ("closings", "closings_count"))
    }
    spec = ranked(chart, "label_of", "lift", frame.language, frame.theme, "ratio")
    show(frame, Figure("late", rows, columns, answer.sql, spec=spec, values=values))


def _named(frame: Frame, row: dict[str, object]) -> dict[str, object]:
    label = f"{frame.text(str(row['attribute']))}: {frame.text(str(row['value']))}"
    return {**row, "label_of": label}


def _compared(frame: Frame, answer: Answer) -> None:
    by_attribute: dict[str, Rows] = {
        name: [row for row in answer.rows if row["attribute"] == name] for name in ATTRIBUTES
    }
    comparable = [name for name in ATTRIBUTES if len(by_attribute[name]) > 1]
    if not comparable:
        return
    with st.container(border=True, key="compare"):
        attribute = st.selectbox(
            frame.text("compare_by"), comparable, format_func=frame.text, key="compare-by"
        )
        segments = by_attribute[attribute]
        names = [row["value"] for row in segments]
        chosen = [
            place.selectbox(
                frame.text("segment", letter=letter),
                names,
                index=index,
                format_func=lambda name: text(frame.language, name),
                key=f"segment-{letter}-{attribute}",
            )
            for index, (letter, place) in enumerate(zip("AB", st.columns(2), strict=True))
        ]
    rows = [row for name in chosen for row in segments if row["value"] == name]
    columns = (
        Column("value", "name"),
        Column("closings_count"),
        Column("late_count"),
        Column("within_sla_pct", "pct"),
        Column("median_days", "days", "median_term_days"),
        Column("reopened_pct", "pct"),
    )
    show(frame, Figure("compare", rows, columns, answer.sql, values=frame.days()))


def _refused(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("status_from", "name"),
        Column("status_to", "name"),
        Column("transitions_count"),
    )
    show(frame, Figure("refused", answer.rows, columns, answer.sql, follows=frozenset()))
