"""How a body is sent to a store: a small one at once, a large one when the store wants it."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from orchestration.lake.store import ObjectStore
from orchestration.settings.endpoints import S3Settings

asked_first: list[str | None] = []


class Bucket(BaseHTTPRequestHandler):
    """Takes everything, and notes whether the sender waited to be asked."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        asked_first.append(self.headers["Expect"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    yield ObjectStore(S3Settings(f"http://127.0.0.1:{port}", "r", "k", "s", "lake", False))
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("size", "expected"), [(1000, None), (3 << 20, "100-continue")])
def test_only_a_large_body_waits_to_be_asked_for(
    store: ObjectStore, size: int, expected: str | None
) -> None:
    asked_first.clear()
    body = b"x" * size
    assert store.put_once("key", body, hashlib.sha256(body).hexdigest()) == "created"
    assert asked_first == [expected]
