"""The trace of a run: the tree is run, layer, task; it adds up, and it reaches a collector."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
pytest.importorskip("opentelemetry.sdk")

LAYERS = ["raw", "bronze", "enrichment", "silver", "gold", "serving"]


@dataclass
class Collector:
    """An OTLP endpoint of our own: keeps the bodies that it is sent."""

    url: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    kept = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            kept.bodies.append((self.path, self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kept.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield kept
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def traced(
    new_lake: LakeFactory, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lake, list[dict[str, Any]]]:
    """A lake with one run, and the spans of it in a file."""
    folder, lake = tmp_path_factory.mktemp("traced"), new_lake()
    done = lake.pqr(
        "run", "--days", "1", "--config", str(small_world(folder)), "--no-prefect-server",
        PQR_TRACE_FILE=str(folder / "trace.jsonl"), OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (folder / "trace.jsonl").read_text(encoding="utf-8").splitlines()
    return lake, [json.loads(line) for line in lines]


def seconds(span: dict[str, Any]) -> tuple[float, float]:
    return tuple(  # type: ignore[return-value]
        datetime.fromisoformat(span[name].replace("Z", "+00:00")).timestamp()
        for name in ("start_time", "end_time")
    )


def children(spans: list[dict[str, Any]], parent: dict[str, Any]) -> list[dict[str, Any]]:
    return [span for span in spans if span["parent_id"] == parent["context"]["span_id"]]


def test_the_tree_is_run_layer_and_task(traced: tuple[Lake, list[dict[str, Any]]]) -> None:
    lake, spans = traced
    (root,) = [span for span in spans if span["parent_id"] is None]
    assert root["name"] == "pqr-run"
    layers = sorted(children(spans, root), key=seconds)
    assert [span["name"] for span in layers] == LAYERS
    tasks = {span["name"]: [item["name"] for item in children(spans, span)] for span in layers}
    assert len(tasks["bronze"]) == 5
    assert all(name.startswith("bronze-") for name in tasks["bronze"])
    assert "model silver_tickets" in tasks["silver"]
    assert any(name.startswith("test ") for name in tasks["gold"])
    assert any(name.startswith("model serving_") for name in tasks["serving"])
    assert len(spans) == 1 + len(layers) + sum(map(len, tasks.values()))
    run_id = str(lake.query("select run_id from meta.etl_runs")[0][0])
    assert {span["attributes"]["pqr.run_id"] for span in spans} == {run_id}
    assert {span["attributes"]["pqr.attempt"] for span in spans} == {1}
    assert {span["context"]["trace_id"] for span in spans} == {root["context"]["trace_id"]}


def test_its_durations_add_up(traced: tuple[Lake, list[dict[str, Any]]]) -> None:
    lake, spans = traced
    (root,) = [span for span in spans if span["parent_id"] is None]
    for parent in (root, *children(spans, root)):
        begun, ended = seconds(parent)
        for child in children(spans, parent):
            first, last = seconds(child)
            # Clocks of two processes of one machine, and times that dbt rounds.
            assert begun - 0.05 <= first <= last <= ended + 0.05, child["name"]
    layers = children(spans, root)
    total = sum(last - first for first, last in map(seconds, layers))
    assert total <= seconds(root)[1] - seconds(root)[0]
    recorded = dict(lake.query("select layer, seconds from meta.task_runs"))
    for span in layers:
        first, last = seconds(span)
        assert abs(last - first - float(str(recorded[span["name"]]))) < 0.5


def test_a_collector_gets_the_same_spans(
    traced: tuple[Lake, list[dict[str, Any]]], collector: Collector
) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    ((path, body),) = collector.bodies
    assert path == "/v1/traces"
    sent = ExportTraceServiceRequest.FromString(body)
    names = [
        span.name
        for resource in sent.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert sorted(names) == sorted(span["name"] for span in traced[1])


def test_a_collector_that_is_away_costs_nothing_but_a_line_of_the_log(
    traced: tuple[Lake, list[dict[str, Any]]], tmp_path: Path
) -> None:
    lake = traced[0]
    run_id = str(lake.query("select run_id from meta.etl_runs")[0][0])
    done = lake.pqr("bronze", run_id, "--replay", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:9" not in done.stderr
    told = lake.pqr("logs", run_id, "--attempt", "2", "--level", "warning").stdout
    assert "not_sent: error no trace to http://127.0.0.1:9" in told
