"""Resumen: where things stand."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from orchestration.dashboard import formats, notices
from orchestration.dashboard.charts import days as charts
from orchestration.dashboard.figure import EVERY, Figure, how, show
from orchestration.dashboard.filters import CHANNELS
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.kpis import Kpi, in_time_pct, strip
from orchestration.dashboard.queries import summary as queries
from orchestration.dashboard.tables import Column

DELTA_COLORS: dict[str, Literal["normal", "inverse", "off"]] = {
    "up": "normal",
    "down": "inverse",
    "none": "off",
}


def page(frame: Frame) -> None:
    """The strip of figures and four charts."""
    answers = frame.ask(queries.queries(frame.filters))
    days = answers["days"]
    kpis = strip(days.rows, frame.span)
    if not any(kpi.value for kpi in kpis):
        notices.nothing_left(frame.language)
        return
    cards(frame, kpis)
    how(frame, "kpis", days.sql)
    if kpis[3].value is None:
        st.caption(frame.text("overdue_now"))
    now = [row for row in days.rows if frame.now.holds(row["day"])]
    top, bottom = st.columns(2), st.columns(2)
    with top[0]:
        volume = answers["volume"]
        palette = tuple(zip(CHANNELS, frame.theme.channels, strict=True))
        show(
            frame,
            Figure(
                "volume",
                volume.rows,
                (Column("day", "day"), Column("channel", "name"), Column("tickets_count")),
                volume.sql,
                spec=charts.stacked(
                    volume.rows, "channel", "tickets_count", palette, frame.language, frame.theme
                ),
            ),
        )
    with top[1]:
        shares = [{**row, "pct": in_time_pct([row])} for row in now]
        show(
            frame,
            Figure(
                "sla",
                shares,
                (
                    Column("day", "day"),
                    Column("closings_count"),
                    Column("within_sla_count"),
                    Column("pct", "pct", "within_sla_pct"),
                ),
                days.sql,
                spec=charts.share(shares, frame.language, frame.theme),
                values={"goal": charts.GOAL_PCT},
            ),
        )
    with bottom[0]:
        show(
            frame,
            Figure(
                "open_days",
                now,
                (Column("day", "day"), Column("backlog_count"), Column("overdue_count")),
                days.sql,
                spec=charts.level(now, "backlog_count", frame.language, frame.theme),
            ),
        )
    with bottom[1]:
        kinds = answers["kinds"]
        columns = (
            Column("pqrs_type", "name"),
            Column("tickets_count"),
            Column("backlog_count"),
            Column("overdue_count"),
            Column("closings_count"),
            Column("within_sla_pct", "pct"),
        )
        show(
            frame,
            Figure(
                "kinds",
                kinds.rows,
                columns,
                kinds.sql,
                follows=EVERY & {"type"},
                values=frame.days(),
            ),
        )


def cards(frame: Frame, kpis: Sequence[Kpi]) -> None:
    """The strip: a card per figure."""
    language = frame.language
    for place, kpi in zip(st.columns(len(kpis)), kpis, strict=True):
        change = formats.change(kpi.change, kpi.unit, language)
        has_changed = kpi.change is not None and not formats.is_zero(kpi.change)
        known = [value for value in kpi.course if value is not None]
        base = formats.number(kpi.base, language) if kpi.base is not None else ""
        against = frame.text("against", days=frame.now.length) if change else None
        place.metric(
            frame.text(kpi.name),
            formats.figure(kpi.value, kpi.unit, language),
            change or frame.text("no_before"),
            delta_color=DELTA_COLORS[kpi.good] if has_changed else "off",
            delta_arrow="auto" if has_changed else "off",
            help=frame.text(f"{kpi.name}_help", base=base) + (f" Δ {against}." if against else ""),
            delta_description=frame.text("base", count=base) if base else None,
            height="stretch",
            border=True,
            chart_data=known if len(known) > 1 else None,
            chart_type="area",
        )
