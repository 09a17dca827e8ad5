"""How long a reader waits for the pages: `make bench-dashboard`.

Asks what is published in PQR_HOME, or at PQR_POSTGRES_DSN. Each of five times a new server
meets a browser that is open and has seen nothing of the pages: the first page is the
summary until its last chart is drawn, the second one is chosen by a click. Then each page once, on
a server that has been asked before. `--tickets 3000000` asks a copy in which the cases are repeated
until there are so many.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.grown import grown
from benchmarks.results import result
from orchestration.dashboard.screens import PAGES
from orchestration.dashboard.texts import text
from orchestration.services.ports import is_free
from orchestration.settings import Settings, load_settings

TIMES = 5
FIRST_SECONDS, SECOND_SECONDS = 2.0, 1.0
# The line that ends every page is there, and nothing is still being drawn.
DRAWN = """([title, end]) => document.querySelector('h1')?.innerText === title
    && document.body.innerText.includes(end)
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(
        chart => chart.querySelector('canvas, svg'))"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=0, help="repeat the cases up to so many")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("chromium: apt install chromium", file=sys.stderr)
        return 2
    settings = load_settings()
    asked = grown(settings, arguments.tickets) if arguments.tickets else nullcontext(settings)
    with asked as own, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        is_fast = measure(browser, own)
        browser.close()
    return 0 if is_fast else 1


def measure(browser: Browser, settings: Settings) -> bool:
    """Print the figures of what these settings publish; return whether both targets are met."""
    first: list[float] = []
    second: list[float] = []
    pages: list[tuple[str, float]] = []
    for _ in range(TIMES):
        with served(settings) as url:
            page = look(browser, url)
            first.append(drawn(page, "resumen", partial(page.goto, f"{url}/?lang=en")))
            link = page.get_by_role("link", name=text("en", "oportunidad_page"))
            second.append(drawn(page, "oportunidad", link.click))
            # Or it looks for its server, which ends here, while the next pages are measured.
            page.context.close()
    with served(settings) as url:
        page = look(browser, url)
        drawn(page, "resumen", partial(page.goto, f"{url}/?lang=en"))
        page.context.close()
        for name in (entry.address for entry in PAGES[1:]):
            page = look(browser, url)
            seconds = drawn(page, name, partial(page.goto, f"{url}/{name}?lang=en"))
            pages.append((name, seconds))
            page.context.close()
    met = [
        result("dashboard_first_page", statistics.median(first), "s", at_most=FIRST_SECONDS),
        result("dashboard_second_page", statistics.median(second), "s", at_most=SECOND_SECONDS),
    ]
    for name, seconds in pages:
        result(f"dashboard_{name}", seconds, "s")
    return all(met)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a server of its own, which ends with the block."""
    port = next(port for port in range(18_601, 18_700) if is_free(port))
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "dashboard", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, **settings.exports()},
    )
    try:
        wait_for(f"{url}/_stcore/health", server)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise SystemExit("the dashboard does not start: pqr dashboard") from None
            time.sleep(0.1)


def look(browser: Browser, url: str) -> Page:
    """A page of a browser that is open, and keeps nothing of the pages."""
    page = browser.new_context(viewport={"width": 1280, "height": 1500}).new_page()
    page.goto(f"{url}/_stcore/health")
    return page


def drawn(page: Page, name: str, act: Callable[[], object]) -> float:
    """Seconds from the act until the page of that name is drawn to its end."""
    started = time.perf_counter()
    act()
    expected = [text("en", f"{name}_page"), text("en", "foot")[:30]]
    page.wait_for_function(DRAWN, arg=expected, timeout=120_000)
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
