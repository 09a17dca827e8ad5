"""What pages show in place of figures, and beside them: how recent and how good they are."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from orchestration.dashboard import choices, formats
from orchestration.dashboard.filters import Filters, Language, Span
from orchestration.dashboard.reading import Live, World
from orchestration.dashboard.texts import text

ICONS = {
    "empty": ":material/inbox:",
    "away": ":material/cloud_off:",
    "slow": ":material/hourglass_empty:",
    "broken": ":material/build:",
}


def notice(
    language: Language,
    kind: Literal["empty", "away", "slow", "broken"],
    command: str,
    reason: str = "",
) -> None:
    """One clear page: what is the matter, what to do, and a way to look again."""
    with st.container(border=True, key="notice"):
        st.subheader(f"{ICONS[kind]} {text(language, f'{kind}_title')}", anchor=False)
        st.write(text(language, f"{kind}_text"))
        if command:
            st.code(command, language="bash")
        if reason:
            with st.expander(text(language, "reason")):
                st.text(reason)
        if st.button(text(language, "retry"), type="primary"):
            st.rerun()


def outside(live: Live, language: Language) -> None:
    """In place of figures when no day of the period is published."""
    first, last = (formats.long_day(day, language) for day in (live.first_day, live.last_day))
    st.warning(text(language, "outside", first=first, last=last), icon=":material/event_busy:")
    choices.clear_button(language)


def nothing_left(language: Language) -> None:
    """In place of figures when the filters leave no case."""
    st.warning(text(language, "nothing_left"), icon=":material/filter_alt_off:")
    choices.clear_button(language)


def nothing_closed(filters: Filters) -> None:
    """In place of figures of closings when there is none: cases there may be."""
    st.warning(text(filters.language, "nothing_closed"), icon=":material/event_busy:")
    if filters.selective:
        choices.clear_button(filters.language)


def status(world: World, language: Language) -> None:
    """How recent and how good the figures are, and whether they changed under the reader."""
    live = world.live
    day = formats.long_day(live.last_day, language)
    with st.container(horizontal=True, vertical_alignment="center", key="status"):
        st.badge(text(language, "data_until", day=day), icon=":material/event:", color="blue")
        _quality_badge(world, language)
        moment = formats.moment(live.published_at, language)
        st.caption(
            text(
                language,
                "published_at",
                moment=moment,
                number=live.publication_id,
                run=str(live.run_id)[:8],
            )
        )
    seen = st.session_state.get("publication_id", live.publication_id)
    if seen != live.publication_id:
        st.toast(text(language, "republished", number=live.publication_id))
    st.session_state["publication_id"] = live.publication_id
    if live.is_degraded:
        warned = sum(count for result, count in world.checks.items() if result == "WARN")
        st.warning(text(language, "degraded", warned=warned), icon=":material/warning:")


def ignored(values: Sequence[str], language: Language) -> None:
    """What the address asked for and nobody can choose."""
    if values:
        names = ", ".join(f"`{value[:60].replace('`', ' ')}`" for value in values[:6])
        st.info(text(language, "ignored", names=names), icon=":material/link_off:")


def partial(span: Span, language: Language) -> None:
    """That the period has fewer days than were asked for."""
    if span.is_partial:
        words = text(language, "partial", days=span.now.length, wanted=span.wanted)
        st.info(words, icon=":material/incomplete_circle:")


def _quality_badge(world: World, language: Language) -> None:
    """Green when the run was published, amber when it was published with warnings."""
    checks = world.checks
    total = sum(checks.values()) - checks.get("SKIPPED", 0)
    if not total:
        st.badge(text(language, "quality_unknown"), icon=":material/help:", color="gray")
    elif world.live.is_degraded:
        warned = total - checks.get("PASS", 0)
        words = text(language, "quality_degraded", total=total, warned=warned)
        st.badge(words, icon=":material/warning:", color="orange")
    else:
        words = text(language, "quality_good", passed=checks.get("PASS", 0), total=total)
        st.badge(words, icon=":material/verified:", color="green")
