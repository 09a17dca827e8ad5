"""Commands that ask a web service, given something else: one line each."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ASKING = {
    "metabase": ["metabase", "verify", "--email", "a@b.co", "--password", "x", "--url"],
    "alertmanager": ["alerts", "test", "--alertmanager"],
}
ANSWERS = {
    "a greeting": b"220 mail.example.org ESMTP\r\n",
    "bytes": b"\x00\xff" * 40,
    "nothing": b"",
    "a web page": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "half a page": b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n<html>",
    "another JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]",
}


def pqr(words: list[str], home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *words],
        env={"PATH": os.environ["PATH"], "PQR_HOME": str(home)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """The address of a server that says the same to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(body)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("url", ["/dev/zero", "http://[::1", "http://a b:3000"])
def test_an_address_that_is_none_is_named(command: str, url: str, tmp_path: Path) -> None:
    done = pqr([*ASKING[command], url], tmp_path)
    assert done.returncode == 2, done.stderr
    assert url in done.stderr
    assert "http://HOST:PORT" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("said", ANSWERS)
def test_another_server_at_the_address_is_told_in_one_line(
    command: str, said: str, tmp_path: Path
) -> None:
    with answering(ANSWERS[said]) as url:
        done = pqr([*ASKING[command], url], tmp_path)
    assert done.returncode == 3, done.stderr
    assert url in done.stderr
    assert "traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
