"""Sends events to a collector and to a file; whoever listens or does not, the run goes on."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from orchestration.settings.lineage import LineageSettings

_TIMEOUT_SECONDS = 5


class Emitter:
    """Takes OpenLineage events. A place that fails once is left alone for the rest of the run.

    Args:
        settings: Where events go.
        on_failure: Told once a place that fails, in one line.
    """

    def __init__(self, settings: LineageSettings, on_failure: Callable[[str], None]) -> None:
        self._settings = settings
        self._on_failure = on_failure
        self._places: dict[str, Callable[[bytes], None]] = {}
        if settings.file is not None:
            self._places[str(settings.file)] = self._append
        if settings.url is not None:
            self._places[settings.url] = self._post

    def emit(self, event: Mapping[str, Any]) -> None:
        """Send `event` everywhere it is wanted. Raises nothing."""
        body = json.dumps(event, ensure_ascii=False, default=str).encode()
        for name, send in list(self._places.items()):
            try:
                send(body)
            except (OSError, ValueError) as error:
                del self._places[name]
                self._on_failure(f"no more OpenLineage events to {name}: {error}")

    def _append(self, body: bytes) -> None:
        assert self._settings.file is not None  # noqa: S101 -- registered only then
        self._settings.file.parent.mkdir(parents=True, exist_ok=True)
        # One write, so that lines of several runs do not mix.
        with self._settings.file.open("ab", buffering=0) as file:
            file.write(body + b"\n")

    def _post(self, body: bytes) -> None:
        assert self._settings.url is not None  # noqa: S101 -- registered only then
        headers = {"Content-Type": "application/json"}
        if self._settings.api_key is not None:
            headers["Authorization"] = f"Bearer {self._settings.api_key}"
        # http or https alone: the settings hold it to that.
        request = urllib.request.Request(self._settings.url, body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read()
