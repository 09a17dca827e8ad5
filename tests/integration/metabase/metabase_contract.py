"""A server that keeps Metabase's promises on the calls that the provisioner makes.

It is not Metabase: `metabase_calls` describes what it demands and answers.
"""

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import metabase_calls as calls
from metabase_calls import Body, Instance, RefusedError

ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", r"/api/health", calls.health),
    ("GET", r"/api/session/properties", calls.properties),
    ("POST", r"/api/setup", calls.setup),
    ("POST", r"/api/session", calls.session),
    ("GET", r"/api/database", calls.list_databases),
    ("POST", r"/api/database", calls.add_database),
    ("PUT", r"/api/database/(\d+)", calls.change_database),
    ("POST", r"/api/database/(\d+)/sync_schema", calls.sync),
    ("GET", r"/api/database/(\d+)/metadata", calls.metadata),
    ("GET", r"/api/collection", calls.list_collections),
    ("POST", r"/api/collection", calls.add_collection),
    ("PUT", r"/api/collection/(\d+)", calls.change_collection),
    ("GET", r"/api/collection/(\d+)/items\?models=card&models=dashboard", calls.items),
    ("POST", r"/api/card", calls.add_card),
    ("GET", r"/api/card/(\d+)", calls.show_card),
    ("PUT", r"/api/card/(\d+)", calls.change_card),
    ("POST", r"/api/card/(\d+)/query", calls.run_card),
    ("PUT", r"/api/table/(\d+)", calls.describe_table),
    ("PUT", r"/api/field/(\d+)", calls.describe_field),
    ("POST", r"/api/dashboard", calls.add_dashboard),
    ("GET", r"/api/dashboard/(\d+)", calls.show_dashboard),
    ("PUT", r"/api/dashboard/(\d+)", calls.change_dashboard),
)
OPEN = (calls.health, calls.properties, calls.setup, calls.session)


class Handler(BaseHTTPRequestHandler):
    state: ClassVar[Instance]

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        self.state.calls.append(f"{self.command} {self.path}")
        try:
            status, said = 200, json.dumps(self.dispatch(body)).encode()
        except RefusedError as error:
            status, said = error.status, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def dispatch(self, body: Body) -> Any:
        for method, pattern, call in ROUTES:
            match = re.fullmatch(pattern, self.path)
            if method == self.command and match:
                if call not in OPEN and self.headers.get("X-Metabase-Session") != "a-session":
                    raise RefusedError(401, "Unauthenticated")
                return call(self.state, body, *(int(key) for key in match.groups()))
        raise RefusedError(404, "API endpoint does not exist.")

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the base class's names

    def log_message(self, *_: Any) -> None:
        pass


class ContractServer:
    """The server on a free port, as a context."""

    def __init__(self, state: Instance) -> None:
        handler = type("Bound", (Handler,), {"state": state})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "ContractServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
