"""Chromium on the pages: Debian's, headless, with no way out of this machine."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from orchestration.services.ports import is_free
from orchestration.settings import Settings, load_settings
from tests.integration.run.lake import Lake, LakeFactory, small_world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Run as a tool, not a part of the project (MPL-2.0).
AXE = "axe-core@4.14.1"
# The recomputation from raw, which shares no code with the models.
sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

# The share of cases that are extended, in the default configuration.
RARE = "share: 0.02 "
# Streamlit looks for its own server below the address of a page before it finds it at the root.
_STREAMLITS_OWN = re.compile(r"/_stcore/(health|host-config)$")
# Its sparklines are drawn once before they have data; no field of ours has these names.
_SPARKLINE = re.compile(r'Infinite extent for field "[xy]"')


# Not for the whole session: while Playwright lives, nobody else can run an event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium: apt install chromium")
    with sync_playwright() as playwright:
        # The sandbox needs what a container and root do not have; the pages are our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


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


class Watched:
    """A page with what it asked for and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda line: (
                line.type in ("error", "warning")
                and not _STREAMLITS_OWN.search(line.location["url"])
                and not _SPARKLINE.search(line.text)
                and self.errors.append(line.text)
            ),
        )

    def _request(self, request: Request) -> None:
        if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url):
            self.outside.append(request.url)

    def open(self, url: str, selector: str = "h1") -> None:
        """Go there and wait until everything is drawn."""
        self.page.goto(url)
        self.page.wait_for_selector(selector, timeout=60_000)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing more is drawn, and not only between two runs of the page."""
        for _ in range(2):
            self.page.wait_for_timeout(250)
            self.page.wait_for_function(
                "!document.querySelector('[data-stale=true], [data-testid=stStatusWidget],"
                " [data-testid=stSkeleton]')",
                timeout=60_000,
            )

    def figures(self) -> list[str]:
        return self.page.locator('[data-testid="stMetricValue"]').all_inner_texts()

    def is_fine(self) -> None:
        """Nothing asked for outside, nothing complained about, no traceback."""
        assert self.outside == []
        assert self.errors == []
        assert self.page.locator('[data-testid="stException"]').count() == 0


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    # Who sits in Bogotá must see the same days as who sits in London.
    context = chromium.new_context(
        viewport={"width": 1280, "height": 1500}, timezone_id="America/Bogota"
    )
    yield Watched(context.new_page())
    context.close()


Serve = Callable[[dict[str, str]], str]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start `pqr dashboard` in an environment; gives its address."""
    started: list[subprocess.Popen[bytes]] = []
    logs = tmp_path_factory.mktemp("dashboard")

    def start(environment: dict[str, str]) -> str:
        port = next(port for port in range(18501, 18600) if is_free(port))
        command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--port", str(port)]
        path = logs / f"{port}.log"
        with path.open("wb") as log:
            started.append(
                subprocess.Popen(
                    command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"], **environment}
                )
            )
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health").close()
                return url
            except OSError:
                if time.monotonic() > deadline or started[-1].poll() is not None:
                    pytest.fail(path.read_text())
                time.sleep(0.2)

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Thirty days of about thirty cases each, published by the command.

    With PAGES_HOME=FOLDER what that home, whose services are up, has published.
    """
    if home := os.environ.get("PAGES_HOME"):
        return Lake(load_settings({"PQR_HOME": home}))
    settings: Settings = request.getfixturevalue("settings")
    lake = LakeFactory(settings)()
    config = small_world(tmp_path_factory.mktemp("world"), 30)
    # Extensions are rare: of so few cases none might be left in hand long enough.
    text = config.read_text(encoding="utf-8")
    assert text.count(RARE) == 1
    config.write_text(text.replace(RARE, "share: 0.50 "), encoding="utf-8")
    done = lake.pqr("run", "--days", "30", "--config", str(config), "--no-prefect-server")
    assert done.returncode == 0, done.stdout + done.stderr
    return lake


@pytest.fixture(scope="module")
def site(world: Lake, serve: Serve) -> str:
    """The address of the pages on that world."""
    return serve(world.settings.exports())
