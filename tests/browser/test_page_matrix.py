"""Every page in both languages, light and dark, wide and narrow: seen, walked, and accessible.

`PAGES_HOME=FOLDER` looks at what that home has published; `--basetemp=FOLDER` keeps the pictures.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from page_sql import REPUBLISH, backlog_figures, summary_figures
from playwright.sync_api import Browser

from orchestration.dashboard.filters import LANGUAGES, Language
from orchestration.dashboard.screens import PAGES
from orchestration.dashboard.texts import TEXTS
from orchestration.settings import Settings
from tests.browser.conftest import Serve, Watched
from tests.integration.run.lake import Lake, LakeFactory

pytestmark = pytest.mark.slow

ADDRESSES = ("", *(page.address for page in PAGES[1:]))
# Of Streamlit's own markup, which a page cannot change.
# The sparkline inside a metric is drawn by Streamlit, which gives it no name.
RUN_AXE = """axe.run(
    {exclude: [['[data-testid="stMetricChart"]']]}, {resultTypes: ['violations']}
)"""
STREAMLITS_OWN = {
    # Popovers and selections name a list that exists only while it is open.
    "aria-valid-attr-value",
    # A toolbar's list of buttons.
    "aria-required-children",
    "nested-interactive",
}

# The name of what has the focus, where nothing marks it: no ring, or something unseen around it.
UNSEEN = """() => {
  const e = document.activeElement, own = getComputedStyle(e);
  if (["BODY", "MAIN"].includes(e.tagName)) return [];
  let seen = own.outlineStyle !== "none" || own.boxShadow !== "none";
  for (let p = e; p && e.tagName !== "INPUT"; p = p.parentElement)
    seen &&= getComputedStyle(p).opacity !== "0";
  return seen ? [] : [e.getAttribute("aria-label") || e.innerText];
}"""
# What is cut off: names in a legend beyond the edge of their chart, and names of figures.
CUT_NAMES = """[
  ...[...document.querySelectorAll('[data-testid=stVegaLiteChart] svg')].flatMap(svg =>
    [...svg.querySelectorAll('.role-legend-label text')]
      .filter(e => e.getBoundingClientRect().right > svg.getBoundingClientRect().right + 1)),
  ...[...document.querySelectorAll('[data-testid=stMetricLabel] *')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1),
].map(e => e.textContent)"""
REFUSAL = "[data-testid=stAlert], .st-key-notice"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
Test = TypeVar("Test", bound=Callable[..., None])
KPIS = {"": summary_figures, "backlog": backlog_figures}


@pytest.fixture
def look(chromium: Browser) -> Callable[..., Watched]:
    """Open a page in a context of its own."""

    def open_page(url: str, scheme: Any, width: int, selector: str = "h1") -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            timezone_id="America/Bogota",
        )
        watched = Watched(context.new_page())
        watched.open(url, selector)
        return watched

    return open_page


@pytest.fixture(scope="module")
def empty(settings: Settings, serve: Serve) -> str:
    """The address of the pages on a database without a publication."""
    return serve(LakeFactory(settings)().settings.exports())


@pytest.fixture(scope="module")
def away(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the pages of a home whose services are stopped."""
    return serve({"PQR_HOME": str(tmp_path_factory.mktemp("away")), "PQR_POSTGRES_PORT": "24999"})


@pytest.fixture(scope="module")
def degraded(world: Lake, site: str) -> Iterator[str]:
    """The address of the pages while what is published has warnings."""
    with psycopg.connect(world.settings.postgres.admin_dsn, autocommit=True) as connection:
        before = connection.execute(
            "select publication_id from meta.current_publication"
        ).fetchone()
        assert before
        connection.execute(REPUBLISH)
        yield site
        connection.execute("update meta.current_publication set publication_id = %s", before)


def first_words(language: Language, name: str) -> str:
    """What a text begins with, up to its first hole or code."""
    return re.split(r"[{`]", TEXTS[name][LANGUAGES.index(language)])[0].strip()


EVERY_LOOK = (
    pytest.mark.parametrize("width", [1280, 390]),
    pytest.mark.parametrize("scheme", ["light", "dark"]),
    pytest.mark.parametrize("language", LANGUAGES),
)


def in_every_look(test: Test) -> Test:
    """Both languages, light and dark, a screen and a phone."""
    for mark in EVERY_LOOK:
        test = mark(test)
    return test


def judge(watched: Watched, axe: str, name: str, folder: Path) -> list[str]:
    """Keep a picture, and give what the checker finds serious. The page ends with it."""
    page = watched.page
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    watched.is_fine()
    # What does not fit scrolls inside its own region, never the page.
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, name
    assert page.evaluate(CUT_NAMES) == [], name
    page.evaluate(axe)
    found = page.evaluate(RUN_AXE)
    page.context.close()
    return [
        f"{name} {rule['id']} {json.dumps(rule['nodes'][0]['target'])}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical") and rule["id"] not in STREAMLITS_OWN
    ]


@in_every_look
def test_every_page_is_drawn_and_has_no_serious_finding(
    site: str,
    world: Lake,
    look: Callable[..., Watched],
    axe: str,
    tmp_path: Path,
    language: Language,
    scheme: str,
    width: int,
) -> None:
    findings: list[str] = []
    for address in ADDRESSES:
        watched = look(f"{site}/{address}?lang={language}", scheme, width)
        if address in KPIS:
            assert watched.figures() == KPIS[address](world, language)
        findings += judge(watched, axe, address or "resumen", tmp_path)
    assert findings == []


@in_every_look
def test_every_refusal_says_what_to_do_and_has_no_serious_finding(
    site: str,
    away: str,
    empty: str,
    look: Callable[..., Watched],
    axe: str,
    tmp_path: Path,
    language: Language,
    scheme: str,
    width: int,
) -> None:
    findings: list[str] = []
    for name, url, words in (
        ("empty", f"{empty}/?", "empty_title"),
        ("away", f"{away}/flujo?", "away_title"),
        ("outside", f"{site}/?desde=2031-01-01&hasta=2031-01-31&", "outside"),
        ("nothing_left", f"{site}/backlog?canal=call&depto=97&tipo=S&prioridad=alta&"
         "dependencia=unassigned&", "nothing_left"),
        ("ignored", f"{site}/?tipo=Z&dias=8&depto=00&dependencia=x&", "ignored"),
        ("no_case", f"{site}/casos?caso={UNKNOWN}&", "no_case"),
    ):  # fmt: skip
        watched = look(f"{url}lang={language}", scheme, width, REFUSAL)
        assert first_words(language, words) in watched.page.inner_text("body"), name
        findings += judge(watched, axe, name, tmp_path)
    assert findings == []


@in_every_look
def test_a_degraded_publication_warns(
    degraded: str,
    look: Callable[..., Watched],
    axe: str,
    tmp_path: Path,
    language: Language,
    scheme: str,
    width: int,
) -> None:
    findings: list[str] = []
    for address in ("", "calidad"):
        watched = look(f"{degraded}/{address}?lang={language}", scheme, width)
        assert first_words(language, "degraded") in watched.page.inner_text("body"), address
        findings += judge(watched, axe, f"degraded-{address or 'resumen'}", tmp_path)
    assert findings == []


@pytest.mark.parametrize("address", ["", "modelos"])
def test_the_keyboard_shows_where_it_is(site: str, watched: Watched, address: str) -> None:
    watched.open(f"{site}/{address}?lang=en", "[data-testid=stVegaLiteChart]")
    unseen: dict[str, None] = {}
    for _ in range(40):
        watched.page.keyboard.press("Tab")
        watched.page.wait_for_timeout(250)  # colours change slowly
        unseen |= dict.fromkeys(watched.page.evaluate(UNSEEN))
    assert list(unseen) == []


def test_the_keyboard_reaches_pages_choices_and_tables(site: str, watched: Watched) -> None:
    watched.open(f"{site}/backlog?lang=en", ".pqr-table")
    reached: list[str] = []
    for _ in range(60):
        watched.page.keyboard.press("Tab")
        reached.append(
            watched.page.evaluate(
                "(() => { const e = document.activeElement;"
                " return e.getAttribute('aria-label') || e.innerText || e.tagName; })()"
            )
        )
    words = " | ".join(reached)
    for name in ("Timeliness", "English", "Petitions", "More filters", "How it is computed"):
        assert name in words, name
    assert "The most overdue" in words
    watched.page.get_by_role("link", name="Timeliness").focus()
    watched.page.keyboard.press("Enter")
    watched.page.get_by_role("heading", name="Timeliness").wait_for()
