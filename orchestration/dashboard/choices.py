"""The choices at the top of every page. They live in the session, and the address follows them."""

from dataclasses import replace

import streamlit as st

from orchestration.dashboard.filters import (
    CHANNELS,
    LANGUAGES,
    PRIORITIES,
    SPANS,
    TYPES,
    Filters,
    Language,
)
from orchestration.dashboard.reading import World
from orchestration.dashboard.texts import text

# The choices of several values, by the name they have in the session.
LISTS = ("channels", "departments", "priorities", "offices")


def language() -> Language:
    """The language of the session; the address of its first page decides at the beginning."""
    asked = st.query_params.get("lang", "es")
    usual: Language = "en" if asked == "en" else "es"
    if "language" not in st.session_state:
        st.session_state["language"] = usual
    with st.sidebar:
        chosen: Language | None = st.segmented_control(
            "Idioma / Language",
            LANGUAGES,
            format_func={"es": "Español", "en": "English"}.__getitem__,
            key="language",
        )
    return chosen or usual


def show(asked: Filters, world: World, language: Language) -> Filters:
    """Draw the choices and give what is chosen now.

    Args:
        asked: What the address asks for, which counts when a session begins.
        world: What can be chosen.
        language: Language of the page.
    """
    _begin(asked)
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        span = st.segmented_control(
            text(language, "span"),
            SPANS,
            key="span",
            disabled=bool(st.session_state["days"]),
        )
        types = st.pills(
            text(language, "type"),
            TYPES,
            selection_mode="multi",
            format_func=lambda kind: text(language, kind),
            key="types",
        )
        more = _more(world, language)
        if more.narrowed:
            st.button(
                text(language, "clear"), type="tertiary", icon=":material/close:", on_click=_clear
            )
    return replace(
        more,
        span=span or asked.span,
        types=tuple(kind for kind in TYPES if kind in types) or TYPES,
    )


def clear_button(language: Language) -> None:
    """Takes every filter back."""
    st.button(text(language, "clear"), type="primary", on_click=_clear, key="clear-all")


def _begin(asked: Filters) -> None:
    """Put what the address asks for into the session, once."""
    if "days" in st.session_state:
        return
    st.session_state["span"] = asked.span
    st.session_state["types"] = list(asked.types)
    st.session_state["days"] = (asked.first, asked.last) if asked.first and asked.last else ()
    st.session_state["channels"] = list(asked.channels)
    st.session_state["departments"] = list(asked.departments)
    st.session_state["priorities"] = list(asked.priorities)
    st.session_state["offices"] = list(asked.offices)
    # A click that cuts the first run of a session short is lost: let that run be short.
    st.rerun()


def _clear() -> None:
    st.session_state["types"] = list(TYPES)
    for name in LISTS:
        st.session_state[name] = []
    st.session_state["days"] = ()


def _more(world: World, language: Language) -> Filters:
    """The choices that fewer people need, behind a button that says how many are in use."""
    used = sum(bool(st.session_state[name]) for name in ("days", *LISTS))
    label = text(language, "more") + (f" ({used})" if used else "")
    # Streamlit drops a day beyond its limits in silence; the page says that it is not published.
    offered = (world.live.first_day, world.live.last_day, *st.session_state["days"])
    with st.popover(label, icon=":material/tune:"):
        days = st.date_input(
            text(language, "own_days"),
            key="days",
            min_value=min(offered),
            max_value=max(offered),
            format="DD/MM/YYYY",
        )
        channels = st.multiselect(
            text(language, "channel"),
            [channel for channel in CHANNELS if channel in world.channels],
            format_func=lambda channel: text(language, channel),
            key="channels",
            placeholder=text(language, "all"),
        )
        departments = st.multiselect(
            text(language, "department"),
            list(world.departments),
            format_func=lambda code: world.departments[code],
            key="departments",
            placeholder=text(language, "all"),
        )
        priorities = st.multiselect(
            text(language, "priority"),
            PRIORITIES,
            format_func=lambda priority: text(language, priority),
            key="priorities",
            placeholder=text(language, "all"),
        )
        offices = st.multiselect(
            text(language, "office"),
            list(world.offices),
            format_func=lambda office: text(language, world.offices[office]),
            key="offices",
            placeholder=text(language, "all"),
        )
    first, last = days if isinstance(days, tuple) and len(days) == 2 else (None, None)
    return Filters(
        language,
        first=first,
        last=last,
        channels=tuple(channels),
        departments=tuple(departments),
        priorities=tuple(priorities),
        offices=tuple(offices),
    )
