"""The site of `make site` as readers see it: complete, found by search, from no other host."""

import functools
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Response

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "target" / "site"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site, built strictly: a broken link or a page in no section fails."""
    done = subprocess.run(
        [sys.executable, ROOT / "infra" / "site" / "build.py"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    handler = functools.partial(Quiet, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_every_page_opens_on_a_phone_and_asks_no_other_host(site: str, page: Page) -> None:
    wrong: list[str] = []

    def judge(response: Response) -> None:
        # The theme looks for site maps beside each page, to stay on it when the language changes.
        if response.status >= 400 and not response.url.endswith("/sitemap.xml"):
            wrong.append(f"{response.status} {response.url}")

    page.on("response", judge)
    page.on("request", lambda r: r.url.startswith((site, "data:", "blob:")) or wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for path in (
        "index",
        "es/tutorial",
        "reference/columns",
        "runbooks/run-failed",
        "adr/0020-a-day-costs-a-day",
    ):
        page.goto(f"{site}/{path}.html")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} pixels wider than a phone"
    assert not wrong


@pytest.mark.parametrize("word", ["radicado", "cuarentena", "backlog"])
def test_search_in_spanish_finds(site: str, page: Page, word: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/es/index.html?q={word}")
    found = page.locator(".md-search-result__meta")
    page.wait_for_function(
        "/\\d/.test(document.querySelector('.md-search-result__meta').textContent)", timeout=30_000
    )
    assert int(re.findall(r"\d+", found.inner_text(timeout=5000))[0]) >= 1


RUN_AXE = """axe.run({resultTypes: ['violations']}).then(done => done.violations
    .filter(found => ['serious', 'critical'].includes(found.impact))
    .map(found => `${found.id}: ${found.nodes[0].html}`))"""
# One page of each kind.
KINDS = (
    "index", "es/tutorial", "es/explain/planes", "how-to/add-a-kpi", "es/course/slides",
    "reference/columns", "reference/commands", "runbooks/run-failed",
    "es/adr/0019-iceberg-beside-manifests", "project/changelog",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_a_serious_barrier(
    site: str, chromium: Browser, axe: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for path in KINDS:
        page.goto(f"{site}/{path}.html")
        page.wait_for_timeout(200)  # the theme wraps wide tables
        page.evaluate(axe)
        assert page.evaluate(RUN_AXE) == [], f"{path} {scheme} {width}"
    context.close()


def test_every_kpi_has_its_definition(site: str) -> None:
    page = (SITE / "reference" / "kpis.html").read_text(encoding="utf-8")
    for model in (ROOT / "dbt_project" / "models" / "gold").glob("gold_kpi_*.sql"):
        assert model.stem.removeprefix("gold_") in page, model.stem


def test_every_reason_and_command_has_its_place(site: str) -> None:
    reasons = (SITE / "reference" / "reasons.html").read_text(encoding="utf-8")
    assert "JSON_SYNTAX" in reasons
    assert "CLOSED_BEFORE_CREATED" in reasons
    commands = (SITE / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "pqr lake tables" in commands
    columns = (SITE / "es" / "reference" / "columns.html").read_text(encoding="utf-8")
    assert "gold.kpi_sla_daily" in columns
