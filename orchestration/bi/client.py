"""Calls to Metabase's API: JSON in, JSON out, errors that name the call and the answer."""

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from orchestration.errors import ServiceUnavailable, WorkFailed
from orchestration.settings.web_address import require_web_address

_TIMEOUT_SECONDS = 60


class MetabaseUnavailable(ServiceUnavailable):
    """Nothing answers at the address, or what answers is not ready."""


class MetabaseRefused(WorkFailed):
    """Metabase answered a call with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class MetabaseClient:
    """One instance of Metabase, after `use_session` as a user."""

    def __init__(self, url: str) -> None:
        """`url` as in http://127.0.0.1:3000. Raises UsageError: it is not an address."""
        require_web_address("METABASE_URL", url)
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json"}

    def use_session(self, session_id: str) -> None:
        """Make the following calls as the user of a session."""
        self._headers["X-Metabase-Session"] = session_id

    def get(self, path: str) -> Any:
        """Raises MetabaseUnavailable, MetabaseRefused; so do post and put."""
        return self._call("GET", path, None)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Create something; gives what Metabase made of it."""
        return self._call("POST", path, body or {})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Change something; gives what Metabase made of it."""
        return self._call("PUT", path, body)

    def another_server(self) -> MetabaseUnavailable:
        """What to raise where an answer cannot be Metabase's."""
        return MetabaseUnavailable(f"what answers at {self._url} is not Metabase: set METABASE_URL")

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the operator names the address
            self._url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
                payload = answer.read()
        except urllib.error.HTTPError as error:
            # The body of a call may hold passwords, the answer does not.
            said = " ".join(error.read().decode(errors="replace").split())[:300]
            raise MetabaseRefused(
                error.code, f"Metabase answered {method} {path} with {error.code}: {said}"
            ) from None
        except (OSError, HTTPException) as error:
            reason = " ".join(str(getattr(error, "reason", error)).split())
            raise MetabaseUnavailable(
                f"Metabase at {self._url} cannot be reached ({reason}):"
                " start it with `make up-full`, or set METABASE_URL"
            ) from None
        try:
            return json.loads(payload) if payload else None
        except ValueError:
            raise self.another_server() from None
