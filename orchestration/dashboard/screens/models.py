"""Modelos: what the readings of models are worth."""

import streamlit as st

from orchestration.dashboard.charts import bars
from orchestration.dashboard.figure import Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries.models import QUERIES
from orchestration.dashboard.tables import Column

MODELS = ("rules", "tfidf_lr", "ensemble", "encoder_lr")
NO_FILTER: frozenset[str] = frozenset()


def page(frame: Frame) -> None:
    """The models of the period, and their agreement by day."""
    answers = frame.ask(QUERIES)
    models, days = answers["models"], answers["days"]
    if not models.rows:
        st.info(frame.text("no_models"), icon=":material/psychology_alt:")
        return
    columns = (
        Column("model_type", "name"),
        Column("judged_count"),
        Column("covered_count"),
        Column("agreed_pct", "pct"),
        Column("abstained_pct", "pct"),
        Column("score_pct", "pct"),
        Column("drift_pct", "pct"),
    )
    show(
        frame,
        Figure("models", models.rows, columns, models.sql, follows=NO_FILTER, values=frame.days()),
    )
    palette = tuple(zip(MODELS, frame.theme.types, strict=False))
    spec = bars.lines(
        days.rows,
        "model_type",
        "agreed_pct",
        "covered_count",
        palette,
        frame.language,
        frame.theme,
        "%",
    )
    by_day = (
        Column("day", "day"),
        Column("model_type", "name"),
        Column("covered_count"),
        Column("agreed_count"),
        Column("agreed_pct", "pct"),
        Column("drift_pct", "pct"),
    )
    show(frame, Figure("agreement", days.rows, by_day, days.sql, spec=spec, follows=NO_FILTER))
