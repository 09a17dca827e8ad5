"""An HTTP proxy in front of an S3 server that breaks requests in the ways networks and disks do."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

Fault = Literal[
    "reset_before", "lose_answer", "truncate", "flip", "swap", "delay", "http_500", "http_503",
    "http_412", "http_409", "stall",
]  # fmt: skip
# All but the one that takes longer than a client waits.
FAULTS: tuple[Fault, ...] = tuple(fault for fault in get_args(Fault) if fault != "stall")
# These break the body of an answer, so only a GET with a body can meet them.
_BODY_FAULTS = ("truncate", "flip", "swap")
_STATUS = {
    "http_500": (500, "InternalError"),
    "http_503": (503, "SlowDown"),
    "http_412": (412, "PreconditionFailed"),
    "http_409": (409, "ConditionalRequestConflict"),
}
_PAUSE_SECONDS = {"delay": 2.0, "stall": 35.0}


@dataclass(frozen=True)
class Request:
    """What a fault is chosen by: the number of the request (from 1), its method and its path."""

    number: int
    method: str
    path: str


@dataclass
class Message:
    """A request or an answer: its head as bytes, header fields in lower case, and its body."""

    head: bytes
    headers: dict[str, str]
    body: bytes = b""

    @property
    def first_line(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")


Chooser = Callable[[Request], Fault | None]


def at_random(seed: int, share: float, faults: tuple[Fault, ...] = FAULTS) -> Chooser:
    """Break a share of the requests, each with one of `faults`; the same seed, the same choices."""
    generator = random.Random(seed)

    def choose(request: Request) -> Fault | None:
        if generator.random() >= share:
            return None
        possible = [
            fault
            for fault in faults
            if (request.method == "GET" or fault not in _BODY_FAULTS)
            # Only a conditional write may be told that the key exists or is being written.
            and (request.method == "PUT" or fault not in ("http_412", "http_409"))
        ]
        return generator.choice(possible) if possible else None

    return choose


@dataclass
class FaultyS3:
    """Serves `upstream` on a free port of 127.0.0.1, with the faults that `choose` asks for.

    Attributes:
        counts: Requests in all (`requests`), and those broken, by fault.
    """

    upstream: str
    choose: Chooser = lambda request: None
    counts: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _last_body: bytes = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "FaultyS3":
        self._is_ready, self._thread = threading.Event(), threading.Thread(target=self._run)
        self._thread.start()
        assert self._is_ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._stop.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader, continued=writer)) is not None:
                if not await self._answer(request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client or the server went away, or the proxy ends
        finally:
            writer.close()

    async def _answer(self, request: Message, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the connection is to be closed."""
        method, path, _ = request.first_line.split(" ", 2)
        self.counts["requests"] += 1
        fault = self.choose(Request(self.counts["requests"], method, path))
        if fault in ("reset_before", *_STATUS):
            self.counts[str(fault)] += 1
            if fault in _STATUS:
                writer.write(_error(*_STATUS[str(fault)]))
                await writer.drain()
            return fault in _STATUS
        if fault in _PAUSE_SECONDS:
            self.counts[str(fault)] += 1
            await asyncio.sleep(_PAUSE_SECONDS[str(fault)])
        answer = await self._forward(request, method)
        if fault == "lose_answer":
            self.counts["lose_answer"] += 1
            return False
        body = answer.body
        if fault in _BODY_FAULTS and body and answer.first_line.split(" ")[1] in ("200", "206"):
            self.counts[str(fault)] += 1
            body = _broken(str(fault), body, self._last_body)
        elif method == "GET" and body:
            self._last_body = body
        writer.write(answer.head + body)
        await writer.drain()
        return len(body) == len(answer.body)

    async def _forward(self, request: Message, method: str) -> Message:
        parts = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(request.head + request.body)
            await writer.drain()
            answer = await _read(reader, has_body=method != "HEAD")
            while answer is not None and answer.first_line.split(" ")[1] == "100":
                answer = await _read(reader, has_body=method != "HEAD")
        finally:
            writer.close()
        if answer is None:
            raise ConnectionResetError("the server closed the connection")
        return answer


def _broken(fault: str, body: bytes, other: bytes) -> bytes:
    if fault == "truncate":
        return body[: len(body) // 2]
    if fault == "swap" and other and other != body:
        return other[: len(body)].ljust(len(body), b"\0")
    place = len(body) // 2
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


async def _read(
    reader: asyncio.StreamReader,
    *,
    has_body: bool = True,
    continued: asyncio.StreamWriter | None = None,
) -> Message | None:
    """Read a request or an answer; who waits for `100 Continue` is told so through `continued`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    lines = head.decode("latin-1").split("\r\n")[1:-2]
    fields = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    message = Message(head, fields)
    if not has_body:
        return message
    if continued is not None and fields.get("expect", "").lower() == "100-continue":
        continued.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await continued.drain()
    if fields.get("transfer-encoding", "").lower() == "chunked":
        message.body = await _read_chunks(reader)
    elif length := int(fields.get("content-length", "0")):
        message.body = await reader.readexactly(length)
    return message


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    """The chunks as they came, framing included: they are passed on unchanged."""
    parts = []
    while True:
        size = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        parts += [size, chunk]
        if int(size.split(b";")[0], 16) == 0:
            return b"".join(parts)


def _error(status: int, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>planted</Message></Error>".encode()
    head = (
        f"HTTP/1.1 {status} {code}\r\nContent-Type: application/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
