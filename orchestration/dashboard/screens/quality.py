"""Calidad y corridas: whether the figures can be trusted, and where they come from."""

import streamlit as st

from orchestration.dashboard.figure import Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import quality as queries
from orchestration.dashboard.reading import Answer
from orchestration.dashboard.tables import Column


def page(frame: Frame) -> None:
    """Checks, runs, layers, quarantine, lineage. Filters of cases do not apply here."""
    answers = frame.ask(queries.QUERIES, is_kept=False)
    left, right = st.columns(2)
    with left:
        rows = queries.by_layer(answers["checks"].rows)
        columns = (Column("layer", "text"), *(Column(result) for result in queries.RESULTS))
        _shown(frame, "checks", Answer(rows, answers["checks"].sql), columns)
        _not_passed(frame, answers["not_passed"])
    with right:
        columns = (
            Column("layer", "text"),
            Column("rows"),
            Column("megabytes", "decimal"),
            Column("objects_count"),
            Column("seconds", "decimal"),
        )
        _shown(frame, "layers", answers["layers"], columns)
        _quarantine(frame, answers["quarantine"])
    _runs(frame, answers["runs"])
    _lineage(frame, answers["lineage"])


def _shown(frame: Frame, name: str, answer: Answer, columns: tuple[Column, ...]) -> None:
    show(frame, Figure(name, answer.rows, columns, answer.sql))


def _not_passed(frame: Frame, answer: Answer) -> None:
    if not answer.rows:
        st.success(frame.text("all_passed"), icon=":material/verified:")
        return
    columns = (
        Column("result", "name"),
        Column("severity", "name"),
        Column("layer", "text"),
        Column("dataset", "text"),
        Column("check_name", "text"),
        Column("value", "decimal"),
        Column("threshold", "decimal"),
        Column("tool", "text"),
        Column("checked_at", "moment"),
    )
    _shown(frame, "not_passed", answer, columns)


def _quarantine(frame: Frame, answer: Answer) -> None:
    if not answer.rows:
        st.success(frame.text("no_quarantine"), icon=":material/verified:")
        return
    columns = (
        Column("reason", "text", "reason_code"),
        Column("lines_count"),
        Column("date_min", "day"),
        Column("date_max", "day"),
        Column("run_id", "text"),
    )
    _shown(frame, "quarantine", answer, columns)


def _runs(frame: Frame, answer: Answer) -> None:
    columns = (
        Column("is_live", "yes"),
        Column("status", "name", "run_status"),
        Column("date_min", "day"),
        Column("date_max", "day"),
        Column("attempt"),
        Column("started_at", "moment"),
        Column("duration_minutes", "decimal"),
        Column("bronze_rows"),
        Column("run_id", "text"),
    )
    _shown(frame, "runs", answer, columns)


def _lineage(frame: Frame, answer: Answer) -> None:
    served = sorted({row["dataset"] for row in answer.rows if row["layer"] == "serving"})
    if not served:
        return
    usual = served.index("kpi_sla_daily") if "kpi_sla_daily" in served else 0
    dataset = st.selectbox(frame.text("lineage_of"), served, index=usual, key="lineage-of")
    rows = queries.upwards(answer.rows, "serving", dataset)
    columns = (
        Column("layer", "text"),
        Column("dataset", "text"),
        Column("input_layer", "text"),
        Column("input_dataset", "text"),
        Column("input_hash", "text"),
        Column("input_run", "text"),
    )
    show(
        frame,
        Figure("lineage", rows, columns, answer.sql, values={"dataset": f"`{dataset}`"}),
    )
