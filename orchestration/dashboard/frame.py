"""What every page has: its choices, the publication that it shows, and the way to ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any, LiteralString, NoReturn

import streamlit as st

from orchestration.dashboard import formats
from orchestration.dashboard.filters import Filters, Language, Period, Span, address_of
from orchestration.dashboard.reading import (
    Answer,
    Live,
    World,
    read_answers,
    read_world,
)
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme


@dataclass(frozen=True)
class Frame:
    """One look at a page: who looks at what, in which language and colours."""

    reader_dsn: str
    world: World
    filters: Filters
    span: Span
    theme: Theme

    @property
    def live(self) -> Live:
        """The publication that the page shows."""
        return self.world.live

    @property
    def language(self) -> Language:
        """Language of the page."""
        return self.filters.language

    @property
    def now(self) -> Period:
        """The period of the page."""
        return self.span.now

    def text(self, name: str, **values: object) -> str:
        """Words in the language of the page."""
        return text(self.language, name, **values)

    def cases(self, count: int) -> str:
        """That many cases, in words: 1 caso, 2 casos."""
        written = formats.number(count, self.language)
        return self.text("one_case") if count == 1 else self.text("many_cases", count=written)

    def link(self, page: str, **own: str) -> str:
        """Address of a page with these filters and what it needs besides."""
        address = {**address_of(self.filters), **own}
        words = "&".join(f"{name}={value}" for name, value in address.items())
        return f"{page}?{words}" if words else page

    def anchor(self, words: str, page: str, **own: str) -> None:
        """Put a link to a page, with the words of that name."""
        address = escape(self.link(page, **own))
        st.html(f'<a class="pqr-link" href="{address}">{escape(self.text(words))}</a>')

    def days(self) -> dict[str, str]:
        """First and last day of the period, written."""
        return {
            "first": formats.short_day(self.now.first, self.language),
            "last": formats.short_day(self.now.last, self.language),
        }

    def ask(
        self, queries: Mapping[str, LiteralString], is_kept: bool = True, **values: Any
    ) -> dict[str, Answer]:
        """Ask the queries of a page with the filters as values.

        Begins the page again when another publication went live in between.

        Args:
            queries: SQL by name.
            is_kept: Whether the answers hold as long as the publication does; not those about runs.
            values: What the queries name besides the filters.
        """
        ask = _kept_answers if is_kept else read_answers
        answers = ask(
            self.reader_dsn,
            self.live.publication_id,
            dict(queries),
            {**values_of(self.filters, self.span), **values},
        )
        if answers is None:
            begin_again()
        return answers


def values_of(filters: Filters, span: Span) -> dict[str, Any]:
    """The values that queries may name; those of a filter that lets everything through are None."""
    earlier = span.before.first if span.before else span.now.first
    return {
        "first": span.now.first,
        "last": span.now.last,
        "earlier": earlier,
        # Half-open bounds of the period as instants: a Colombian day begins at 05:00 UTC.
        "begin_at": _midnight(span.now.first),
        "end_at": _midnight(span.now.last + timedelta(days=1)),
        "types": list(filters.types),
        "channels": list(filters.channels) or None,
        "departments": list(filters.departments) or None,
        "priorities": list(filters.priorities) or None,
        "offices": list(filters.offices) or None,
    }


def world_of(reader_dsn: str, publication_id: int) -> World:
    """The publication and what can be chosen in it."""
    world = _world(reader_dsn, publication_id)
    if world is None:
        begin_again()
    return world


def begin_again() -> NoReturn:
    """Draw the page from the top: what was read belongs to a publication that is no longer live."""
    st.cache_data.clear()
    st.rerun()


def _midnight(day: date) -> str:
    return f"{day.isoformat()} 05:00:00+00"


# A publication never changes, so what was read of it holds; how its checks ended may.
@st.cache_data(show_spinner=False, max_entries=8, ttl=60)
def _world(reader_dsn: str, publication_id: int) -> World | None:
    return read_world(reader_dsn, publication_id)


@st.cache_data(show_spinner=False, max_entries=128, ttl=3600)
def _kept_answers(
    reader_dsn: str,
    publication_id: int,
    queries: dict[str, LiteralString],
    values: dict[str, Any],
) -> dict[str, Answer] | None:
    return read_answers(reader_dsn, publication_id, queries, values)
