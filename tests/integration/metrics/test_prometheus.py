"""A real Prometheus on a published run: no panel is dead, and an alert comes and goes."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from monitoring import expressions, panel_queries
from sample import publish_sample, set_run_status
from watchers import Prometheus, start_dask, start_prometheus

from orchestration.metrics.exporter import Exporter, PqrCollector
from orchestration.settings.endpoints import PostgresSettings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("prometheus"), reason="prometheus: apt install prometheus"),
]


@pytest.fixture
def exporter(database: PostgresSettings) -> Iterator[Exporter]:
    publish_sample(database.admin_dsn)
    collector = PqrCollector(database.reader_dsn, Path("/tmp"))
    with Exporter(collector, "127.0.0.1", 0) as running:
        yield running


@pytest.fixture
def prometheus(exporter: Exporter, tmp_path: Path) -> Iterator[Prometheus]:
    with ExitStack() as stack:
        _, dask, _ = start_dask(stack, tmp_path, sys.executable)
        targets = {"pqr": exporter.url.split("/")[2], **dask}
        running = start_prometheus(stack, tmp_path, targets)
        running.wait("record of Dask", lambda self: self.series("pqr:worker_memory:bytes"))
        running.wait("recorded rule", lambda self: self.series("pqr:published_age:seconds"))
        yield running


def test_every_expression_of_rules_and_panels_has_a_series(prometheus: Prometheus) -> None:
    checked = expressions()
    empty = [where for where, expression in checked if not prometheus.series(expression)]
    assert len(checked) > 60
    assert empty == []


def test_a_failed_run_fires_and_its_retry_ends_it(
    prometheus: Prometheus, database: PostgresSettings
) -> None:
    assert prometheus.firing() == set()
    set_run_status(database.admin_dsn, "FAILED")
    prometheus.wait("alert", lambda self: self.firing() == {"PqrRunFailed"})
    set_run_status(database.admin_dsn, "PUBLISHED")
    prometheus.wait("end of the alert", lambda self: not self.firing())


def test_every_panel_on_postgres_has_rows_for_the_reader(
    exporter: Exporter, database: PostgresSettings
) -> None:
    with psycopg.connect(database.reader_dsn) as connection:
        for title, sql in panel_queries():
            assert connection.execute(sql).fetchall(), title
