"""What a store that does not answer, or lacks an object, means for the checks of a layer."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest

from orchestration.flows.failures import may_pass
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectMissing, ObjectStore, StoreRefused, StoreUnavailable
from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.quality.gx import GxClient
from orchestration.quality.layers import LayerChecks
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings

DAY = date(2025, 9, 1)
WORLD = World.ingested("verdicts", DAY)
RUN = Run.of(WORLD, DAY, DAY)
OLD = "a" * 64


@pytest.fixture
def connection(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def claim(connection: psycopg.Connection) -> Claim:
    found = claim_run(connection, RUN, RunFacts())
    unlock_world(connection, WORLD)
    return found


@pytest.fixture
def answering(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings whose S3 answers every request with one status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_request(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield replace(settings, s3=replace(settings.s3, endpoint_url=url))
    server.shutdown()
    server.server_close()


def a_manifest() -> Manifest:
    part = ObjectRef("bronze/x.parquet", "pqrs_events", "source=email/day=2025-09-01", 1, OLD, 1)
    return Manifest(
        "bronze", RUN.run_id, WORLD.world_id, DAY, DAY, OLD, None, inputs=(), objects=(part,)
    )


def layer_checks(settings: Settings, connection: psycopg.Connection) -> LayerChecks:
    objects = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
    return LayerChecks(settings, connection, objects, claim(connection), not_reached)


def not_reached() -> GxClient:
    raise AssertionError("nothing was measured, so there is nothing to evaluate")


@pytest.mark.parametrize("answering", [503, 500, 429], indirect=True)
def test_an_outage_is_no_verdict(connection: psycopg.Connection, answering: Settings) -> None:
    checks = layer_checks(answering, connection)
    with pytest.raises(StoreUnavailable, match="bronze") as interrupted:
        checks.check_bronze(a_manifest())
    assert interrupted.value.may_pass
    assert connection.execute("select count(*) from meta.data_quality").fetchone() == (0,)


@pytest.mark.parametrize("answering", [404, 403], indirect=True)
def test_a_missing_object_stops_the_run_at_once(
    connection: psycopg.Connection, answering: Settings
) -> None:
    checks = layer_checks(answering, connection)
    with pytest.raises((ObjectMissing, StoreRefused)) as stopped:
        checks.check_bronze(a_manifest())
    assert not may_pass(stopped.value)
    assert connection.execute("select count(*) from meta.data_quality").fetchone() == (0,)
