"""What a refusal of S3 is said to come from."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orchestration.services.bucket import check_bucket
from orchestration.services.process import Refused
from orchestration.settings import load_settings
from orchestration.settings.endpoints import S3Settings


class Refusing(BaseHTTPRequestHandler):
    """Refuses every signature, as S3 does for a wrong key and for a wrong clock alike."""

    ahead = timedelta()

    def do_HEAD(self) -> None:
        self.send_response_only(403)
        self.send_header("Date", format_datetime(datetime.now(UTC) + self.ahead, usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, *args: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[S3Settings]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield load_settings(
        {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "some-key",
            "AWS_SECRET_ACCESS_KEY": "some-secret",
        }
    ).s3
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("days", [-1, 365])
def test_a_clock_that_differs_is_named_and_not_the_keys(
    refusing: S3Settings, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(Refusing, "ahead", timedelta(days=days))
    with pytest.raises(Refused, match="the clock of this machine") as refused:
        check_bucket(refusing)
    assert "AWS_ACCESS_KEY_ID" not in str(refused.value)


def test_with_the_right_clock_it_is_the_keys(refusing: S3Settings) -> None:
    with pytest.raises(Refused, match="AWS_ACCESS_KEY_ID"):
        check_bucket(refusing)
