"""Alerts from both ends: one is sent to Alertmanager to try the way, and what comes out is printed.

The receiver is an example: it shows what a webhook gets, and is what the tests read.
"""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from orchestration.errors import ServiceUnavailable
from orchestration.settings.web_address import require_web_address

TEST_ALERT = "PqrTest"
_TIMEOUT_SECONDS = 10
_MOST_BYTES = 1_000_000


class AlertmanagerUnavailable(ServiceUnavailable):
    """Alertmanager does not answer, or refuses what it is sent."""


class ReceiverUnavailable(ServiceUnavailable):
    """The receiver cannot listen on the address that it was given."""


@dataclass(frozen=True)
class Notification:
    """One alert of a message from Alertmanager. `status` is firing or resolved."""

    status: str
    receiver: str
    labels: dict[str, str]
    annotations: dict[str, str]

    def line(self) -> str:
        """The alert as one line of text."""
        name, severity = self.labels.get("alertname", "?"), self.labels.get("severity", "?")
        said = " ".join(self.annotations.get("summary", "").split())
        runbook = self.annotations.get("runbook")
        return f"{self.status:<8} {severity:<8} {name}: {said}" + (
            f" ({runbook})" if runbook else ""
        )


def send_test(url: str, severity: str, minutes: int = 2) -> list[str]:
    """Send the alert PqrTest, which ends by itself, as Prometheus would.

    Args:
        url: Of Alertmanager, such as http://127.0.0.1:9093.
        severity: critical or warning.
        minutes: When it ends.

    Returns:
        The receivers that Alertmanager gives it to.

    Raises:
        UsageError: The URL is not an http or https address.
        AlertmanagerUnavailable: It does not answer, or refuses the alert.
    """
    require_web_address("--alertmanager", url)
    now = datetime.now(UTC)
    alert = {
        "labels": {"alertname": TEST_ALERT, "severity": severity, "area": "test"},
        "annotations": {
            "summary": "This is a test: somebody called `pqr alerts test`.",
            "runbook": "docs/observability.md",
        },
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(minutes=minutes)).isoformat(),
    }
    base = f"{url.rstrip('/')}/api/v2/alerts"
    _call(base, json.dumps([alert]).encode())
    wanted = quote(f'alertname="{TEST_ALERT}"')
    try:
        return sorted(
            {
                receiver["name"]
                for item in json.loads(_call(f"{base}?filter={wanted}"))
                if item["labels"].get("severity") == severity
                for receiver in item["receivers"]
            }
        )
    except (ValueError, TypeError, KeyError):
        raise AlertmanagerUnavailable(
            f"what answers at {url} is not Alertmanager: name another with --alertmanager"
        ) from None


def _call(url: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read())
    except (OSError, ValueError, HTTPException) as error:
        reason = " ".join(str(error).split())
        raise AlertmanagerUnavailable(
            f"Alertmanager at {url.split('/api/')[0]} does not take the alert ({reason}):"
            " start it, or name another with --alertmanager"
        ) from None


def notifications(body: bytes) -> list[Notification]:
    """The alerts of a message of Alertmanager's webhook (version 4).

    Raises:
        ValueError: It is not one.
    """
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("alerts"), list):
        raise ValueError("not a message of Alertmanager: no list of alerts")
    return [
        Notification(
            str(alert.get("status")),
            str(message.get("receiver")),
            _texts(alert.get("labels")),
            _texts(alert.get("annotations")),
        )
        for alert in message["alerts"]
        if isinstance(alert, dict)
    ]


def _texts(values: object) -> dict[str, str]:
    found = values if isinstance(values, dict) else {}
    return {str(name): str(value) for name, value in found.items()}


@contextmanager
def receiver(
    address: str, port: int, take: Callable[[Notification], None]
) -> Iterator[ThreadingHTTPServer]:
    """Take the messages of Alertmanager for the time of a block. `port` 0 takes a free one.

    Raises:
        ReceiverUnavailable: The port is taken or the address not ours.
    """
    handler = type("Handler", (_Handler,), {"take": staticmethod(take)})
    try:
        server = ThreadingHTTPServer((address, port), handler)
    except OSError as error:
        raise ReceiverUnavailable(
            f"cannot receive on {address}:{port} ({error.strerror}): choose another with --port"
        ) from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    take: Callable[[Notification], None]

    def do_GET(self) -> None:
        """Say that it is there: for health checks."""
        self._answer(200)

    def do_POST(self) -> None:
        """Take one message; what is not one is refused."""
        try:
            length = int(self.headers.get("Content-Length", ""))
            if not 0 <= length <= _MOST_BYTES:
                raise ValueError("too long")
            found = notifications(self.rfile.read(length))
        except ValueError:
            self._answer(400)
            return
        for notification in found:
            self.take(notification)
        self._answer(200)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing for a request: its alerts are printed."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
