"""The choices at the top of every page. They live in the session, and the address follows them.

Streamlit forgets the value of a widget when the reader goes to another page. So each choice is kept
under a key that is no widget's, and its widget is given it again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypedDict

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
# Those of which one value always holds: taking it back is no choice.
SINGLE = ("language", "span")
_KEPT = "kept-{}"


class _Widget(TypedDict):
    """What ties a widget to its choice."""

    key: str
    on_change: Callable[[str], None]
    args: tuple[str]


def language() -> Language:
    """The language of the session; the address of its first page decides at the beginning."""
    if _KEPT.format("language") not in st.session_state:
        _keep("language", "en" if st.query_params.get("lang") == "en" else "es")
    with st.sidebar:
        st.segmented_control(
            "Idioma / Language",
            LANGUAGES,
            format_func={"es": "Español", "en": "English"}.__getitem__,
            **_widget("language"),
        )
    chosen: Language = _kept("language")
    return chosen


def show(asked: Filters, world: World, language: Language) -> Filters:
    """Draw the choices and give what is chosen now.

    Args:
        asked: What the address asks for, which counts when a session begins.
        world: What can be chosen.
        language: Language of the page.
    """
    _begin(asked)
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        st.segmented_control(
            text(language, "span"), SPANS, disabled=bool(_kept("days")), **_widget("span")
        )
        st.pills(
            text(language, "type"),
            TYPES,
            selection_mode="multi",
            format_func=lambda kind: text(language, kind),
            **_widget("types"),
        )
        more = _more(world, language)
        if more.narrowed:
            st.button(
                text(language, "clear"), type="tertiary", icon=":material/close:", on_click=_clear
            )
    return replace(
        more,
        span=_kept("span"),
        types=tuple(kind for kind in TYPES if kind in _kept("types")) or TYPES,
    )


def clear_button(language: Language) -> None:
    """Takes every filter back."""
    st.button(text(language, "clear"), type="primary", on_click=_clear, key="clear-all")


def _begin(asked: Filters) -> None:
    """Keep what the address asks for, once."""
    if _KEPT.format("days") in st.session_state:
        return
    _keep("span", asked.span)
    _keep("types", list(asked.types))
    _keep("days", (asked.first, asked.last) if asked.first and asked.last else ())
    for name in LISTS:
        _keep(name, list(getattr(asked, name)))
    # A click that cuts the first run of a session short is lost: let that run be short.
    st.rerun()


def _clear() -> None:
    _keep("types", list(TYPES))
    for name in LISTS:
        _keep(name, [])
    _keep("days", ())


def _kept(name: str) -> Any:
    return st.session_state[_KEPT.format(name)]


def _keep(name: str, value: object) -> None:
    st.session_state[_KEPT.format(name)] = value


def _changed(name: str) -> None:
    """The reader chose."""
    value = st.session_state[name]
    if value is not None or name not in SINGLE:
        _keep(name, value)


def _widget(name: str) -> _Widget:
    """Give the widget what is kept, where it has lost it or has something else."""
    if name not in st.session_state or st.session_state[name] != _kept(name):
        st.session_state[name] = _kept(name)
    return {"key": name, "on_change": _changed, "args": (name,)}


def _more(world: World, language: Language) -> Filters:
    """The choices that fewer people need, behind a button that says how many are in use."""
    used = sum(bool(_kept(name)) for name in ("days", *LISTS))
    label = text(language, "more") + (f" ({used})" if used else "")
    # Streamlit drops a day beyond its limits in silence; the page says that it is not published.
    offered = (world.live.first_day, world.live.last_day, *_kept("days"))
    with st.popover(label, icon=":material/tune:"):
        st.date_input(
            text(language, "own_days"),
            **_widget("days"),
            min_value=min(offered),
            max_value=max(offered),
            format="DD/MM/YYYY",
        )
        st.multiselect(
            text(language, "channel"),
            [channel for channel in CHANNELS if channel in world.channels],
            format_func=lambda channel: text(language, channel),
            **_widget("channels"),
            placeholder=text(language, "all"),
        )
        st.multiselect(
            text(language, "department"),
            list(world.departments),
            format_func=lambda code: world.departments[code],
            **_widget("departments"),
            placeholder=text(language, "all"),
        )
        st.multiselect(
            text(language, "priority"),
            PRIORITIES,
            format_func=lambda priority: text(language, priority),
            **_widget("priorities"),
            placeholder=text(language, "all"),
        )
        st.multiselect(
            text(language, "office"),
            list(world.offices),
            format_func=lambda office: text(language, world.offices[office]),
            **_widget("offices"),
            placeholder=text(language, "all"),
        )
    days = _kept("days")
    first, last = days if len(days) == 2 else (None, None)
    return Filters(
        language,
        first=first,
        last=last,
        channels=tuple(_kept("channels")),
        departments=tuple(_kept("departments")),
        priorities=tuple(_kept("priorities")),
        offices=tuple(_kept("offices")),
    )
