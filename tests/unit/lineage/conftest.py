"""An attempt of a run, and a collector that keeps what it is sent."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from orchestration.run import Claim, Run, World


@pytest.fixture
def claim() -> Claim:
    world = World.simulated(42, "a" * 64, "b" * 64, date(2025, 9, 1))
    return Claim(Run.of(world, date(2025, 9, 1), date(2025, 9, 3)), attempt=2)


class Collector:
    """Takes OpenLineage events by POST; answers with `status`."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.status = 201
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.events.append(json.loads(body))
                collector.paths.append(self.path)
                collector.keys.append(self.headers["Authorization"])
                self.send_response(collector.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()
