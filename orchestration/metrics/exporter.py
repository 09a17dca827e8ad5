"""The exporter: reads at each scrape and keeps nothing, so it can neither be stale nor forget."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from wsgiref.simple_server import WSGIServer

import psycopg
from prometheus_client import (
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from orchestration.errors import ServiceUnavailable
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.metrics.families import families
from orchestration.metrics.snapshot import Snapshot, read_snapshot


class PortUnavailable(ServiceUnavailable):
    """The exporter cannot listen on the address that it was given."""


class PqrCollector:
    """Reads the database for every scrape; an unreachable one is a metric, not an error."""

    def __init__(self, reader_dsn: str) -> None:
        self._reader_dsn = reader_dsn

    def collect(self) -> Iterator[Metric]:
        """The metrics at this moment. Without a database only `pqr_database_up` 0."""
        started = time.perf_counter()
        try:
            snapshot = read_snapshot(self._reader_dsn)
            is_up = True
        except (DatabaseUnavailable, psycopg.Error):
            snapshot = Snapshot()
            is_up = False
        yield _single("pqr_database_up", "1 when the scrape could read the database.", is_up)
        seconds = time.perf_counter() - started
        yield _single("pqr_collect_seconds", "Seconds that reading the database took.", seconds)
        if is_up:
            yield from families(snapshot)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not need the database."""
        return iter(())


class Exporter(AbstractContextManager["Exporter"]):
    """Serves /metrics until the block ends. `port` 0 takes a free one."""

    def __init__(self, reader_dsn: str, address: str, port: int) -> None:
        """Start to serve. Raises PortUnavailable: the port is taken or the address not ours."""
        try:
            self._server, self._thread = _serve(reader_dsn, address, port)
        except OSError as error:
            raise PortUnavailable(
                f"cannot serve metrics on {address}:{port} ({error.strerror}):"
                " choose another with --port"
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


def exposition(reader_dsn: str) -> str:
    """The metrics once, in the text format.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    snapshot = read_snapshot(reader_dsn)
    registry = CollectorRegistry()
    registry.register(_Fixed(snapshot))
    return generate_latest(registry).decode()


class _Fixed:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        return families(self._snapshot)


def _serve(reader_dsn: str, address: str, port: int) -> tuple[WSGIServer, threading.Thread]:
    registry = CollectorRegistry()
    registry.register(PqrCollector(reader_dsn))
    ProcessCollector(registry=registry)
    return start_http_server(port, addr=address, registry=registry)


def _single(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=float(value))
