"""The trace of an attempt: run, its layers, and their tasks, as OpenTelemetry spans.

Optional: imported only when OTEL_EXPORTER_OTLP_ENDPOINT or PQR_TRACE_FILE is set. The spans are
made when the attempt ends, of what was recorded on the way, and sent in one call: a collector that
does not answer costs an attempt some seconds at its end, and nothing else.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

from orchestration.run import Claim
from orchestration.settings.lineage import TraceSettings
from orchestration.transform.dbt import NodeResult
from orchestration.workers import DoneTask, Workers

_TIMEOUT_SECONDS = 5
_ATTEMPT = "select status, started_at, finished_at, error from meta.etl_runs where run_id = %s"
_LAYERS = """
select layer, status, started_at, coalesce(finished_at, clock_timestamp()), rows_out, bytes,
    cpu_seconds, detail ->> 'error'
from meta.task_runs where run_id = %s and attempt = %s and layer is not null
order by task_run_id
"""
_ENDED_BADLY = ("FAILED", "CANCELLED")


@dataclass(frozen=True)
class Task:
    """A part of a layer: a task of Dask, or a model or test of dbt. Instants are UTC."""

    layer: str
    name: str
    started_at: datetime
    ended_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


class Trace:
    """Collects the tasks of an attempt and sends everything at its end.

    Args:
        settings: Where to.
        claim: The attempt.
        on_failure: Called with one line for a target that does not take the trace.
    """

    def __init__(
        self, settings: TraceSettings, claim: Claim, on_failure: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._claim = claim
        self._on_failure = on_failure
        self._workers: Workers | None = None
        self._tasks: list[Task] = []

    def watch(self, workers: Workers) -> None:
        """Let workers remember when and where tasks ran, from the first call on."""
        if self._workers is not workers:
            self._workers = workers
            workers.remember()

    def take_tasks(self, layer: str) -> None:
        """Take the tasks of a layer over, before its workers end."""
        workers, self._workers = self._workers, None
        if workers is not None:
            self._tasks += [
                _of_worker(layer, task)
                for task in workers.done()
                if task.name.startswith(f"{layer}-")
            ]

    def add_nodes(self, layer: str, nodes: Iterable[NodeResult]) -> None:
        """Take what dbt has built and tested for a layer."""
        self._tasks += [_of_dbt(layer, node) for node in nodes if node.started_at is not None]

    def send(self, connection: psycopg.Connection) -> None:
        """Make the spans and give them to every target."""
        spans = self._spans(connection)
        targets: list[tuple[str, Callable[[], SpanExporter]]] = []
        if self._settings.file is not None:
            file = self._settings.file
            targets.append((str(file), lambda: _FileExporter(file)))
        if self._settings.endpoint is not None:
            targets.append((self._settings.endpoint, _otlp_exporter))
        for name, exporter in targets:
            try:
                if exporter().export(spans) is not SpanExportResult.SUCCESS:
                    raise OSError("it refused the spans")
            except (OSError, ImportError) as error:
                self._on_failure(f"no trace to {name}: {error}")

    def _spans(self, connection: psycopg.Connection) -> Sequence[ReadableSpan]:
        memory = InMemorySpanExporter()
        provider = TracerProvider(resource=Resource.create({"service.name": "pqr"}))
        provider.add_span_processor(SimpleSpanProcessor(memory))
        tracer = provider.get_tracer("pqr")
        run = self._claim.run
        identity = {"pqr.run_id": str(run.run_id), "pqr.attempt": self._claim.attempt}
        row = connection.execute(_ATTEMPT, [run.run_id]).fetchone()
        if row is None:
            return ()
        status, started, finished, error = row
        days = {"pqr.date_min": run.date_min.isoformat(), "pqr.date_max": run.date_max.isoformat()}
        root = _begin(tracer, "pqr-run", started, {**identity, **days, "pqr.status": status})
        ends: list[datetime] = []
        for layer, state, begun, ended, rows, size, cpu, reason in connection.execute(
            _LAYERS, [run.run_id, self._claim.attempt]
        ).fetchall():
            facts = {
                **identity, "pqr.layer": layer, "pqr.status": state, "pqr.rows": rows or 0,
                "pqr.bytes": size or 0, "pqr.cpu_seconds": float(cpu or 0),
            }  # fmt: skip
            span = _begin(tracer, layer, begun, facts, root)
            for task in self._tasks:
                # A layer that was tried again has a span for each try.
                if task.layer == layer and begun <= task.started_at <= ended:
                    own = _begin(
                        tracer, task.name, task.started_at, {**identity, **task.facts}, span
                    )
                    _end(own, task.ended_at, task.error)
            ends.append(ended)
            _end(span, ended, (reason or state) if state in _ENDED_BADLY else "")
        # A run is published before its last layer ends: what follows belongs to it all the same.
        last = max([finished or datetime.now(UTC), *ends])
        _end(root, last, (error or status) if status in _ENDED_BADLY else "")
        provider.shutdown()
        return memory.get_finished_spans()


class _FileExporter(SpanExporter):
    """Appends each span as a line of JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            for span in spans:
                file.write(json.dumps(json.loads(span.to_json()), ensure_ascii=False) + "\n")
        return SpanExportResult.SUCCESS


def _otlp_exporter() -> SpanExporter:
    # What it cannot send is told once, by the log of the run.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    # Reads OTEL_EXPORTER_OTLP_* itself: endpoint, headers, certificate.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(timeout=_TIMEOUT_SECONDS)


def _begin(
    tracer: Tracer,
    name: str,
    at: datetime,
    facts: dict[str, Any],
    parent: Span | None = None,
) -> Span:
    context = set_span_in_context(parent) if parent is not None else None
    return tracer.start_span(name, context, attributes=facts, start_time=_nanoseconds(at))


def _end(span: Span, at: datetime, error: str) -> None:
    if error:
        span.set_status(Status(StatusCode.ERROR, error))
    span.end(_nanoseconds(at))


def _of_worker(layer: str, task: DoneTask) -> Task:
    facts = {"pqr.worker": task.worker}
    return Task(layer, task.name, task.started_at, task.ended_at, facts, task.error)


def _of_dbt(layer: str, node: NodeResult) -> Task:
    started = (node.started_at or datetime.now(UTC)).replace(tzinfo=UTC)
    kind, name = (str(node.node.get(key)) for key in ("resource_type", "name"))
    is_well = node.status in ("success", "pass", "warn")
    facts = {"dbt.unique_id": node.unique_id, "dbt.status": node.status}
    ended = started + timedelta(seconds=node.seconds)
    return Task(
        layer, f"{kind} {name}", started, ended, facts, "" if is_well else str(node.message)
    )


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
