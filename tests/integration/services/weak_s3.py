"""An S3 server that lacks a guarantee: a proxy before the real one that leaves something out.

Requests are signed again on their way, since what is left out may have been signed.
"""

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from orchestration.settings.endpoints import S3Settings

Weakness = Literal[
    "ignores_condition", "refuses_condition", "condition_checked_too_early", "stale_reads",
    "stale_lists", "lists_what_is_deleted", "one_page", "same_page_twice", "ignores_range",
    "ignores_checksum", "refuses_multipart", "loses_a_part", "clock_behind", "no_date",
]  # fmt: skip
_PASSED_ON = ("content-type", "range", "if-none-match", "x-amz-checksum-sha256", "content-md5")
_MULTIPART = ("uploads", "uploadId")


@contextmanager
def weak_server(
    upstream: S3Settings, weakness: Weakness | None, tls: tuple[Path, Path] | None = None
) -> Iterator[str]:
    """Serve `upstream` with a weakness or none, on a free port of 127.0.0.1; gives the endpoint.

    Args:
        upstream: The server that does the work.
        weakness: What is left out.
        tls: Certificate of localhost and its key: the endpoint speaks HTTPS.
    """

    class Handler(_Handler):
        pass

    Handler.upstream, Handler.weakness = upstream, weakness
    Handler.seen, Handler.deleted, Handler.lock = {}, {}, threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if tls is not None:
        scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        host = "127.0.0.1" if tls is None else "localhost"
        yield f"{scheme}://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: S3Settings
    weakness: Weakness | None
    seen: dict[str, int]
    deleted: dict[str, str]
    lock: threading.Lock

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
        """Say nothing."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query, keep_blank_values=True)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: self.headers[name] for name in _PASSED_ON if self.headers.get(name)}
        if refused := self._refusal(headers, query):
            self._answer(refused, {}, b"<Error><Code>NotImplemented</Code></Error>")
            return
        self._forget(headers, query)
        if self.weakness == "stale_reads" and self.command == "PUT":
            with self.lock:
                self.seen.setdefault(path, 0)
        if self.weakness == "loses_a_part" and query.get("partNumber") == ["2"]:
            body = b"x" * len(body)
        answer = self._forward(path, query, headers, body)
        content = self._content(path, query, answer)
        self._answer(answer.status_code, dict(answer.headers), content)

    # The names that http.server calls.
    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _refusal(self, headers: dict[str, str], query: dict[str, list[str]]) -> int:
        if self.weakness == "refuses_condition" and "if-none-match" in headers:
            return 501
        is_multipart = any(name in query for name in _MULTIPART)
        return 501 if self.weakness == "refuses_multipart" and is_multipart else 0

    def _forget(self, headers: dict[str, str], query: dict[str, list[str]]) -> None:
        left_out = {
            "ignores_condition": "if-none-match",
            "ignores_range": "range",
            "ignores_checksum": "x-amz-checksum-sha256",
        }.get(self.weakness or "")
        headers.pop(left_out or "", None)
        if self.weakness == "condition_checked_too_early" and "if-none-match" in headers:
            # It looks, and writes a moment later: two that look at the same time both write.
            is_there = self._forward(unquote(urlsplit(self.path).path), {}, {}, b"", "HEAD")
            if is_there.status_code == 404:
                del headers["if-none-match"]
        if self.weakness == "same_page_twice":
            query.pop("continuation-token", None)

    def _content(self, path: str, query: dict[str, list[str]], answer: AWSResponse) -> bytes:
        content: bytes = answer.content
        is_list = "list-type" in query
        if self.weakness == "stale_reads" and self.command == "GET" and path in self.seen:
            return b"an earlier one"
        if self.weakness == "stale_lists" and is_list:
            return re.sub(rb"<Contents>.*?</Contents>", b"", content, count=1, flags=re.DOTALL)
        if self.weakness == "one_page" and is_list:
            content = content.replace(b"<IsTruncated>true", b"<IsTruncated>false")
            return re.sub(rb"<NextContinuationToken>.*?</NextContinuationToken>", b"", content)
        if self.weakness == "same_page_twice" and is_list:
            with self.lock:
                prefix = query["prefix"][0]
                self.seen[prefix] = self.seen.get(prefix, 0) + 1
                if self.seen[prefix] % 2 == 0:
                    return content.replace(b"<IsTruncated>true", b"<IsTruncated>false")
        return content

    def _forward(
        self,
        path: str,
        query: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
        method: str = "",
    ) -> AWSResponse:
        method = method or self.command
        if self.weakness == "lists_what_is_deleted" and method == "DELETE":
            method, body = "HEAD", b""
        where = self.upstream.endpoint_url + quote(path)
        if query:
            where += "?" + urlencode(query, doseq=True, quote_via=quote)
        request = AWSRequest(method=method, url=where, data=body, headers=headers)
        keys = Credentials(self.upstream.access_key, self.upstream.secret_key)
        S3SigV4Auth(keys, "s3", self.upstream.region).add_auth(request)
        return URLLib3Session().send(request.prepare())

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        kept = {
            name: value
            for name, value in headers.items()
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date")
        }
        dates = {"clock_behind": "Mon, 01 Sep 2025 00:00:00 GMT", "no_date": "soon"}
        self.send_response_only(status)
        for name, value in kept.items():
            self.send_header(name, value)
        self.send_header("Date", dates.get(self.weakness or "") or self.date_time_string())
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
