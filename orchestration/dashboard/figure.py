"""One figure on a page: title, chart, the table behind it, its CSV, and how it is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from orchestration.dashboard.csv_file import csv_of
from orchestration.dashboard.definitions import views_of
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.tables import Column, html_table
from orchestration.dashboard.texts import text

EVERY = frozenset({"type", "channel", "department", "priority", "office"})
MOST_ROWS = 200


@dataclass(frozen=True)
class Figure:
    """What a figure shows.

    `spec` is a Vega-Lite specification, `drawing` an SVG that `alt` puts
    into words; with neither, the table is the figure.
    `follows` are the filters that it obeys, besides the period; `sql` is what was asked.
    `values` fill the holes of its caption.
    """

    name: str
    rows: Rows
    columns: Sequence[Column]
    sql: str
    spec: dict[str, Any] | None = None
    drawing: str = ""
    alt: str = ""
    follows: frozenset[str] = EVERY
    values: dict[str, Any] | None = None


def show(frame: Frame, figure: Figure) -> None:
    """Put the figure where the page stands."""
    with st.container(border=True, key=f"figure-{figure.name}"):
        _heading(frame, figure)
        if not figure.rows:
            if frame.filters.selective:
                st.info(frame.text("nothing_filtered"), icon=":material/filter_alt_off:")
            else:
                st.info(frame.text("nothing_here"), icon=":material/inbox:")
            return
        if figure.spec:
            title = frame.text(f"{figure.name}_title")
            st.vega_lite_chart(figure.spec, theme=None, alt=f"{title}. {frame.text('see_table')}")
        elif figure.drawing:
            st.image(figure.drawing, width="stretch", alt=figure.alt)
        else:
            _table(frame, figure)
        _below(frame, figure)


def how(frame: Frame, name: str, sql: str) -> None:
    """Definition, view and SQL of a figure, behind a button."""
    with st.popover(frame.text("how"), type="tertiary", icon=":material/info:", key=f"how-{name}"):
        st.markdown(f"**{frame.text(f'{name}_title')}**")
        st.markdown(frame.text(f"{name}_how"))
        st.caption(f"{frame.text('view')}: " + ", ".join(f"`{view}`" for view in views_of(sql)))
        st.code(sql, language="sql")
        st.caption(frame.text("how_docs"))


def _heading(frame: Frame, figure: Figure) -> None:
    st.subheader(frame.text(f"{figure.name}_title"), anchor=False)
    st.caption(frame.text(f"{figure.name}_caption", **(figure.values or {})))
    ignored = sorted(frame.filters.selective - figure.follows)
    if ignored:
        names = ", ".join(frame.text(name).lower() for name in ignored)
        st.badge(frame.text("not_filtered", names=names), icon=":material/filter_alt_off:")


def _below(frame: Frame, figure: Figure) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        how(frame, figure.name, figure.sql)
        is_open = bool(figure.spec or figure.drawing) and st.toggle(
            frame.text("table"), key=f"table-{figure.name}"
        )
        headings = [(column.key, column.title(frame.language)) for column in figure.columns]
        st.download_button(
            "CSV",
            lambda: csv_of(figure.rows, headings),
            f"pqrs-{figure.name}-{frame.live.last_day}.csv",
            "text/csv",
            key=f"csv-{figure.name}",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
            help=frame.text("csv_help"),
        )
    if is_open:
        _table(frame, figure)


def _table(frame: Frame, figure: Figure) -> None:
    rows = figure.rows[:MOST_ROWS]
    caption = text(frame.language, f"{figure.name}_title")
    st.html(html_table(rows, figure.columns, caption, frame.language))
    if len(figure.rows) > len(rows):
        st.caption(frame.text("more_rows", shown=len(rows), total=len(figure.rows)))
