"""`pqr quality --html` on a telephone: the page and the Data Docs that it leads to."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.integration.run.lake import Lake

OPEN_ALL = "document.querySelectorAll('details').forEach(e => { e.open = true; })"
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("width", [360, 1280])
def test_what_does_not_fit_scrolls_in_its_own_box(
    world: Lake, chromium: Browser, tmp_path: Path, width: int
) -> None:
    written = tmp_path / "quality.html"
    done = world.pqr("quality", "--html", str(written))
    assert done.returncode == 0, done.stderr
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(written.as_uri())
    page.evaluate(OPEN_ALL)
    assert page.locator("tbody tr").count() > 100
    assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_role("link", name="Data Docs").click()
    page.get_by_role("heading", name="Data Docs").wait_for()
    page.evaluate(OPEN_ALL)
    assert page.locator("tbody tr").count() > 10
    assert page.evaluate(TOO_WIDE) <= 0
    context.close()
