"""The frame of the pages. Streamlit runs this file from the top at each change."""

from pathlib import Path

import psycopg
import streamlit as st

from orchestration.dashboard import choices, notices
from orchestration.dashboard.filters import Filters, Language, address_of, parse_filters, periods
from orchestration.dashboard.frame import Frame, world_of
from orchestration.dashboard.reading import World, read_live
from orchestration.dashboard.screens import PAGES, PageEntry
from orchestration.dashboard.style import CSS
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import theme_of
from orchestration.errors import PqrError
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.settings import load_settings

# Parameters that belong to one page, beside those of the filters.
OWN = ("caso", "lista", "pagina", "zona")
# Streamlit writes `en` into every page; screen readers choose their voice by it.
LANG = "<script>document.documentElement.lang = '{}'</script>"


def main() -> None:
    """Navigation, choices and the chosen page, or the one notice in their place."""
    st.set_page_config(
        page_title="PQRS", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
    )
    st.html(CSS)
    language = choices.language()
    entries = {page.address: page for page in PAGES}
    pages = [
        st.Page(
            _nothing,
            title=text(language, f"{page.address}_page"),
            icon=page.icon,
            url_path=page.address,
            default=page is PAGES[0],
        )
        for page in PAGES
    ]
    chosen = st.navigation(pages, expanded=True)
    entry = entries[chosen.url_path or PAGES[0].address]
    st.set_page_config(page_title=f"{chosen.title} · PQRS")
    # The language is one of ours, and nothing that a reader wrote.
    st.html(LANG.format(language), unsafe_allow_javascript=True)
    try:
        _page(load_settings().postgres.reader_dsn, entry, language)
    except DatabaseUnavailable as error:
        notices.notice(language, "away", "pqr up", str(error))
    except psycopg.errors.QueryCanceled as error:
        notices.notice(language, "slow", "", str(error))
    except (psycopg.Error, PqrError) as error:
        notices.notice(language, "broken", "pqr up && pqr run", str(error))


def _page(reader_dsn: str, entry: PageEntry, language: Language) -> None:
    live = read_live(reader_dsn)
    if live is None:
        notices.notice(language, "empty", "pqr run")
        return
    world = world_of(reader_dsn, live.publication_id)
    own = {name: st.query_params[name] for name in OWN if name in st.query_params}
    asked, ignored = parse_filters(st.query_params.to_dict(), world.departments, world.offices, OWN)
    with st.container(key="head"):
        st.title(text(language, f"{entry.address}_page"), anchor=False)
        st.caption(text(language, f"{entry.address}_subtitle"))
    filters = choices.show(asked, world, language)
    st.query_params.from_dict({**address_of(filters), **own})
    notices.status(world, language)
    notices.ignored(ignored, language)
    _figures(reader_dsn, world, filters, entry)


def _figures(reader_dsn: str, world: World, filters: Filters, entry: PageEntry) -> None:
    span = periods(world.live.first_day, world.live.last_day, filters)
    if span is None:
        notices.outside(world.live, filters.language)
        return
    notices.partial(span, filters.language)
    frame = Frame(reader_dsn, world, filters, span, theme_of(st.context.theme.type))
    entry.show(frame)
    st.caption(frame.text("foot"))


def _nothing() -> None:
    """A page is drawn by `main`, below the choices that all pages share."""


if __name__ == "__main__":
    main()
