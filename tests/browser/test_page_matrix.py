"""Every page in both languages, light and dark, wide and narrow: seen, walked, and accessible."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from orchestration.dashboard.screens import PAGES
from tests.browser.conftest import Watched

pytestmark = pytest.mark.slow

ADDRESSES = ("", *(page.address for page in PAGES[1:]))
# Run as a tool, not a part of the project (MPL-2.0).
AXE = "axe-core@4.14.1"
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


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker's source."""
    if not shutil.which("npm"):
        pytest.skip("npm: apt install npm")
    folder = tmp_path_factory.mktemp("axe")
    packed = subprocess.run(
        ["npm", "pack", "--silent", AXE], cwd=folder, capture_output=True, text=True, timeout=120
    )
    if packed.returncode != 0:
        pytest.skip("npm cannot fetch axe-core here")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member
        return member.read().decode()


@pytest.fixture
def look(chromium: Browser) -> Callable[..., Watched]:
    """Open a page in a context of its own."""

    def open_page(url: str, scheme: Any, width: int) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            timezone_id="America/Bogota",
        )
        watched = Watched(context.new_page())
        watched.open(url)
        return watched

    return open_page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_is_drawn_and_has_no_serious_finding(
    site: str,
    look: Callable[..., Watched],
    axe: str,
    tmp_path: Path,
    language: str,
    scheme: str,
    width: int,
) -> None:
    findings: list[str] = []
    for address in ADDRESSES:
        watched = look(f"{site}/{address}?lang={language}", scheme, width)
        page = watched.page
        page.screenshot(path=tmp_path / f"{address or 'resumen'}.png", full_page=True)
        watched.is_fine()
        # What does not fit scrolls inside its own region, never the page.
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, address
        page.evaluate(axe)
        found = page.evaluate(RUN_AXE)
        findings += [
            f"{address} {rule['id']} {json.dumps(rule['nodes'][0]['target'])}"
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical") and rule["id"] not in STREAMLITS_OWN
        ]
        page.context.close()
    assert findings == []


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
