"""Chromium on the page: Debian's, headless, with no way out of this machine."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from orchestration.services.ports import is_free

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


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


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], str]]:
    """Start `pqr dashboard` in an environment; gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(environment: dict[str, str]) -> str:
        port = next(port for port in range(18501, 18600) if is_free(port))
        command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--port", str(port)]
        with (tmp_path / "dashboard.log").open("wb") as log:
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
                    pytest.fail((tmp_path / "dashboard.log").read_text())
                time.sleep(0.2)

    yield start
    for process in started:
        process.terminate()
        process.wait(20)
