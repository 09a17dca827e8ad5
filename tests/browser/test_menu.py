"""The menu: whatever was chosen holds on every page, however often the reader changes pages."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from orchestration.dashboard.filters import Language
from orchestration.dashboard.screens import PAGES
from orchestration.dashboard.texts import text
from tests.browser.conftest import Watched

ASKED = {"dias": "7", "tipo": "Q", "canal": "email", "prioridad": "alta,media"}
ERRORS = '[data-testid="stException"], [data-testid="stErrorElement"]'


def drawn(page: Page) -> list[str]:
    """What the choices at the top show: what is pressed, and how many more are in use."""
    choices = page.locator(".st-key-choices")
    pressed = choices.locator(
        '[aria-checked="true"], [aria-pressed="true"], button[kind$="Active"]'
    ).all_inner_texts()
    return [*sorted(set(pressed)), choices.locator('[data-testid="stPopover"]').inner_text()]


def address(page: Page) -> dict[str, str]:
    """The parameters of the address that all pages share."""
    shared = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    return {name: value for name, value in shared.items() if name != "lista"}


def through_the_menu(watched: Watched, language: Language) -> Iterator[str]:
    """Click every page twice, and wait until each is drawn."""
    for entry in PAGES * 2:
        title = text(language, f"{entry.address}_page")
        # The page that is open is a link too, and a click on it changes nothing.
        watched.page.locator('[data-testid="stSidebarNavLink"]', has_text=title).click()
        watched.page.locator("h1", has_text=title).wait_for()
        watched.page.get_by_text(text(language, "foot")[:40]).wait_for()
        watched.settle()
        assert watched.page.locator(ERRORS).count() == 0, entry.address
        assert watched.page.title() == f"{title} · PQRS"
        assert watched.page.locator("html").get_attribute("lang") == language
        yield entry.address


@pytest.mark.parametrize("language", ["es", pytest.param("en", marks=pytest.mark.slow)])
def test_the_filters_of_an_address_hold_through_the_whole_menu(
    site: str, watched: Watched, language: Language
) -> None:
    asked = ASKED if language == "es" else {"lang": language, **ASKED}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    watched.open(f"{site}/?{query}", '[data-testid="stMetric"]')
    at_first = drawn(watched.page)
    assert len(at_first) == 3
    for page in through_the_menu(watched, language):
        assert (address(watched.page), drawn(watched.page)) == (asked, at_first), page
    watched.is_fine()


def test_what_was_chosen_by_hand_holds_through_the_whole_menu(site: str, watched: Watched) -> None:
    watched.open(site, '[data-testid="stMetric"]')
    watched.page.locator(".st-key-language button", has_text="English").click()
    watched.page.get_by_text("Cases created a day").wait_for()
    watched.page.get_by_role("radio", name="7", exact=True).click()
    watched.settle()
    watched.page.get_by_role("button", name="Petitions").click()
    watched.settle()
    asked = {"lang": "en", "dias": "7", "tipo": "Q,R,S"}
    assert address(watched.page) == asked
    at_first = drawn(watched.page)
    for page in through_the_menu(watched, "en"):
        assert (address(watched.page), drawn(watched.page)) == (asked, at_first), page
    watched.is_fine()


def test_one_span_always_holds(site: str, watched: Watched) -> None:
    watched.open(f"{site}/?dias=7", '[data-testid="stMetric"]')
    at_first = drawn(watched.page)
    watched.page.get_by_role("radio", name="7", exact=True).click()
    watched.settle()
    assert (address(watched.page), drawn(watched.page)) == ({"dias": "7"}, at_first)
