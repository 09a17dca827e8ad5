"""What the page shows in place of figures, and beside them: notices and the quality badge."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st

from orchestration.dashboard.facts import CheckCount
from orchestration.dashboard.filters import Language
from orchestration.dashboard.texts import text

ICONS = {"empty": ":material/inbox:", "away": ":material/cloud_off:", "broken": ":material/build:"}


def notice(
    language: Language, kind: Literal["empty", "away", "broken"], command: str, reason: str = ""
) -> None:
    """One clear page: what is the matter, what to do, and a way to look again."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle.container(border=True):
        st.subheader(f"{ICONS[kind]} {text(language, f'{kind}_title')}", anchor=False)
        st.write(text(language, f"{kind}_text"))
        st.code(command, language="bash")
        if reason:
            with st.expander(text(language, "reason")):
                st.text(reason)
        if st.button(text(language, "retry"), type="primary"):
            st.rerun()


def quality_badge(checks: Iterable[CheckCount], is_degraded: bool, language: Language) -> None:
    """Green when the run was published, amber when it was published with warnings."""
    counted = {check.result: check.checks_count for check in checks}
    total = sum(counted.values()) - counted.get("SKIPPED", 0)
    if not total:
        st.badge(text(language, "quality_unknown"), icon=":material/help:", color="gray")
    elif is_degraded:
        warned = total - counted.get("PASS", 0)
        words = text(language, "quality_degraded", total=total, warned=warned)
        st.badge(words, icon=":material/warning:", color="orange")
    else:
        words = text(language, "quality_good", passed=counted.get("PASS", 0), total=total)
        st.badge(words, icon=":material/verified:", color="green")
