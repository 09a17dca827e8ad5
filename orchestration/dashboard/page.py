"""The page itself: where things stand. Streamlit runs this file from the top at each change."""

from datetime import date
from pathlib import Path
from typing import Literal

import psycopg
import streamlit as st

from orchestration.dashboard import figures, formats
from orchestration.dashboard.facts import Facts, Live, read_facts, read_live
from orchestration.dashboard.filters import (
    LANGUAGES,
    SPANS,
    TYPES,
    Filters,
    Period,
    address_of,
    parse_filters,
    periods,
)
from orchestration.dashboard.kpis import Kpi, strip
from orchestration.dashboard.notices import notice, quality_badge
from orchestration.dashboard.rows import (
    backlog_rows,
    overdue_rows,
    region_rows,
    share_rows,
    type_table,
    volume_rows,
)
from orchestration.dashboard.texts import text
from orchestration.errors import PqrError
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.settings import load_settings

DELTA_COLORS: dict[str, Literal["normal", "inverse", "off"]] = {
    "up": "normal",
    "down": "inverse",
    "none": "off",
}
CSS = """<style>
.block-container {max-width: 1240px; padding-top: 1.6rem; padding-bottom: 2rem;}
[data-testid="stHeader"] {background: transparent;}
[data-testid="stMetricValue"] {font-size: 1.9rem; font-weight: 600;}
h1 {font-size: 2.1rem !important; padding: 0 0 .15rem 0 !important; letter-spacing: -.02em;}
h3 {font-size: 1.15rem !important; padding: 0 !important;}
[data-testid="stHeading"] + [data-testid="stElementContainer"] {margin-top: -.9rem;}
</style>"""


@st.cache_data(show_spinner=False, max_entries=64)
def cached_facts(reader_dsn: str, publication_id: int, first: str, last: str) -> Facts | None:
    """A publication never changes, so what was read of it holds."""
    days = Period(date.fromisoformat(first), date.fromisoformat(last))
    return read_facts(reader_dsn, publication_id, days.first, days.last)


def main() -> None:
    """The whole page, or the one notice in its place."""
    filters = parse_filters(st.query_params.to_dict())
    st.set_page_config(
        page_title="PQRS", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
    )
    st.html(CSS)
    filters = header(filters)
    st.query_params.from_dict(address_of(filters))
    try:
        reader_dsn = load_settings().postgres.reader_dsn
        live = read_live(reader_dsn)
        if live is None:
            notice(filters.language, "empty", "pqr run")
            return
        shown(reader_dsn, live, filters)
    except DatabaseUnavailable as error:
        notice(filters.language, "away", "pqr up", str(error))
    except (psycopg.Error, PqrError) as error:
        notice(filters.language, "broken", "pqr up && pqr run", str(error))


def header(filters: Filters) -> Filters:
    """Title and choices. The address holds them, so that a link shows the same page."""
    title, language_place = st.columns([5, 1], vertical_alignment="center")
    span_place, types_place = st.columns([1, 1.25], vertical_alignment="bottom")
    language = filters.language
    with language_place.container(horizontal=True, horizontal_alignment="right"):
        language = (
            st.segmented_control(
                text(language, "language"),
                LANGUAGES,
                default=language,
                format_func=str.upper,
                label_visibility="collapsed",
                key="language",
            )
            or language
        )
    with title:
        st.title(text(language, "title"), anchor=False)
        st.caption(text(language, "subtitle"))
    with span_place:
        span = st.segmented_control(
            text(language, "span"),
            SPANS,
            default=filters.span,
            format_func=lambda days: text(language, "span_days", days=days),
            key="span",
        )
    with types_place:
        types = st.pills(
            text(language, "types"),
            TYPES,
            selection_mode="multi",
            default=list(filters.types),
            format_func=lambda kind: text(language, kind),
            key="types",
        )
    chosen = tuple(kind for kind in TYPES if kind in types) or TYPES
    return Filters(language, span or filters.span, chosen)


def shown(reader_dsn: str, live: Live, filters: Filters) -> None:
    """The figures of the live publication."""
    now, before = periods(live.first_day, live.last_day, filters.span)
    first = before.first if before else now.first
    facts = cached_facts(reader_dsn, live.publication_id, first.isoformat(), now.last.isoformat())
    if facts is None:  # another publication went live while we read
        cached_facts.clear()
        st.rerun()
    facts_line(live, facts, filters)
    cards(strip(facts, filters, now, before), filters)
    charts(facts, filters, now)
    st.caption(text(filters.language, "foot"))


def facts_line(live: Live, facts: Facts, filters: Filters) -> None:
    """How recent and how good the figures are."""
    language = filters.language
    day = formats.long_day(live.last_day, language)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(text(language, "data_until", day=day), icon=":material/event:", color="blue")
        quality_badge(facts.checks, live.is_degraded, language)
        moment = formats.moment(live.published_at, language)
        st.caption(text(language, "published_at", moment=moment, run=str(live.run_id)[:8]))


def cards(kpis: tuple[Kpi, ...], filters: Filters) -> None:
    """The strip: a card a figure."""
    language = filters.language
    for place, kpi in zip(st.columns(len(kpis)), kpis, strict=True):
        change = formats.change(kpi.change, kpi.unit, language)
        place.metric(
            text(language, kpi.name),
            formats.figure(kpi.value, kpi.unit, language),
            change or text(language, "no_before"),
            delta_color=DELTA_COLORS[kpi.good] if change else "off",
            delta_arrow="auto" if change else "off",
            help=text(language, f"{kpi.name}_help")
            + (" Δ " + text(language, "against", days=filters.span) if change else ""),
            border=True,
            chart_data=list(kpi.course),
            chart_type="area",
        )


def charts(facts: Facts, filters: Filters, now: Period) -> None:
    """Volume and term, backlog and overdue, regions and types: two by two."""
    language = filters.language
    last = formats.long_day(now.last, language)
    top, middle, bottom = (st.columns(2) for _ in range(3))
    with top[0].container(border=True):
        heading("volume", filters)
        rows = volume_rows(facts, filters, now)
        chart = figures.stacked_days(
            rows, "channel", language, figures.CHANNELS, figures.CHANNEL_COLORS
        )
        st.vega_lite_chart(chart, theme=None)
    with top[1].container(border=True):
        heading("sla", filters, goal=figures.GOAL_PCT)
        st.vega_lite_chart(
            figures.share_days(share_rows(facts, filters, now), language), theme=None
        )
    with middle[0].container(border=True):
        heading("backlog", filters)
        st.vega_lite_chart(
            figures.area_days(backlog_rows(facts, filters, now), language), theme=None
        )
    with middle[1].container(border=True):
        heading("overdue", filters)
        rows = overdue_rows(facts, filters, now)
        chart = figures.stacked_days(rows, "type", language, TYPES, figures.TYPE_COLORS)
        st.vega_lite_chart(chart, theme=None)
    with bottom[0].container(border=True):
        heading("region", filters, day=last)
        rows = region_rows(facts, filters, now.last)
        st.vega_lite_chart(figures.ranked_bars(rows, "region", language), theme=None)
    with bottom[1].container(border=True):
        days = {
            name: formats.short_day(day, language)
            for name, day in (("first", now.first), ("last", now.last))
        }
        heading("type", filters, **days)
        st.table(type_table(facts, filters, now), border="horizontal")


def heading(name: str, filters: Filters, **values: object) -> None:
    """Title of a chart, and what exactly it counts."""
    st.subheader(text(filters.language, f"{name}_title"), anchor=False)
    st.caption(text(filters.language, f"{name}_caption", **values))


if __name__ == "__main__":
    main()
