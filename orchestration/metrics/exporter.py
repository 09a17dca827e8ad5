"""The exporter: reads at a scrape and keeps what it read for seconds, so it never forgets."""

import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from wsgiref.simple_server import WSGIServer

import psycopg
from prometheus_client import (
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import Metric

from orchestration.errors import ServiceUnavailable
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.metrics.families import families
from orchestration.metrics.gauges import single
from orchestration.metrics.rows import LakeLayer, Snapshot
from orchestration.metrics.snapshot import read_snapshot

_LAKE_KEPT = 12
# Takes one line about the exporter itself.
Log = Callable[[str], None]


def silent(_: str) -> None:
    """The log of an exporter whose output nobody reads."""


class PortUnavailable(ServiceUnavailable):
    """The exporter cannot listen on the address that it was given."""


@dataclass(frozen=True)
class _Reading:
    """What a reading of the database gave, and what it took. `reason` when it could not be read."""

    snapshot: Snapshot
    seconds: float
    read_at: float
    reason: str = ""


class PqrCollector:
    """Reads the database when it is scraped; an unreachable one is a metric, not an error.

    Args:
        reader_dsn: Connection string of bi_reader.
        home: A folder of the disk that is watched.
        keep_seconds: How long a reading is shown again: several scrapers cost one reading. The
            size of the lake, whose reading grows with it, is shown twelve times as long.
        log: Takes a line when the database is lost, and one when it is back.
    """

    def __init__(
        self, reader_dsn: str, home: Path, keep_seconds: float = 0.0, log: Log = silent
    ) -> None:
        self._reader_dsn = reader_dsn
        self._home = home
        self._keep_seconds = keep_seconds
        self._log = log
        self._mutex = threading.Lock()
        self._last: _Reading | None = None
        self._lake: tuple[LakeLayer, ...] = ()
        self._lake_read_at = -math.inf

    def collect(self) -> Iterator[Metric]:
        """The metrics at this moment. Without a database those of the exporter and the disk."""
        with self._mutex:
            reading = self._last
            if reading is None or time.monotonic() - reading.read_at > self._keep_seconds:
                reading = self._last = self._read(reading)
        yield single("pqr_database_up", "1 when the database could be read.", not reading.reason)
        yield single(
            "pqr_collect_seconds", "Seconds that reading the database took.", reading.seconds
        )
        yield single(
            "pqr_collect_queries",
            "Statements that reading the database took, in two round trips.",
            reading.snapshot.queries,
        )
        yield from _disk_families(self._home)
        if not reading.reason:
            yield from families(reading.snapshot)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not need the database."""
        return iter(())

    def _read(self, before: _Reading | None) -> _Reading:
        started = time.monotonic()
        snapshot, reason = Snapshot(), ""
        try:
            is_fresh = started - self._lake_read_at < _LAKE_KEPT * self._keep_seconds
            snapshot = read_snapshot(self._reader_dsn, self._lake if is_fresh else None)
            if not is_fresh:
                self._lake, self._lake_read_at = snapshot.lake, started
        except (DatabaseUnavailable, psycopg.Error) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if reason and not (before and before.reason):
            self._log(f"the database cannot be read: {reason}")
        elif before and before.reason and not reason:
            self._log("the database can be read again")
        ended = time.monotonic()
        return _Reading(snapshot, ended - started, ended, reason)


class Exporter(AbstractContextManager["Exporter"]):
    """Serves /metrics until the block ends. `port` 0 takes a free one."""

    def __init__(self, collector: PqrCollector, address: str, port: int) -> None:
        """Start to serve. Raises PortUnavailable: the port is taken or the address not ours."""
        try:
            self._server, self._thread = _serve(collector, address, port)
        except OSError as error:
            raise PortUnavailable(
                f"cannot serve metrics on {address}:{port} ({error.strerror}):"
                " choose another with --port or --address"
            ) from None

    @property
    def url(self) -> str:
        """Where Prometheus finds the metrics."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/metrics"

    def wait(self) -> None:
        """Serve until the process is interrupted."""
        self._thread.join()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def exposition(reader_dsn: str, home: Path) -> str:
    """The metrics once, in the text format.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    read_snapshot(reader_dsn)  # for its error: a collector would make a metric of it
    registry = CollectorRegistry()
    registry.register(PqrCollector(reader_dsn, home))
    return generate_latest(registry).decode()


def _disk_families(home: Path) -> Iterator[Metric]:
    try:
        usage = shutil.disk_usage(home)
    except OSError:
        return  # no such folder: the services are not this machine's
    yield single("pqr_disk_size_bytes", "Size of the disk of PQR_HOME.", usage.total)
    yield single("pqr_disk_free_bytes", "What is left on the disk of PQR_HOME.", usage.free)


def _serve(collector: PqrCollector, address: str, port: int) -> tuple[WSGIServer, threading.Thread]:
    registry = CollectorRegistry()
    registry.register(collector)
    ProcessCollector(registry=registry)
    return start_http_server(port, addr=address, registry=registry)
