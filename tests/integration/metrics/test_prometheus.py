"""A real Prometheus with the project's configuration: no panel is dead and an alert comes and goes.

Only what cannot be the same here is replaced: addresses of the targets, and the 15 seconds.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from monitoring import LOCAL, RULES, expressions, panel_queries
from sample import publish_sample, set_run_status

from orchestration.metrics.exporter import Exporter, PqrCollector
from orchestration.settings.endpoints import PostgresSettings

pytestmark = pytest.mark.skipif(
    not shutil.which("prometheus"), reason="prometheus: apt install prometheus"
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Prometheus:
    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}/api/v1"

    def get(self, path: str, **parameters: str) -> Any:
        url = f"{self.base}/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)["data"]

    def series(self, expression: str) -> list[Any]:
        return list(self.get("query", query=expression)["result"])

    def firing(self) -> set[str]:
        alerts = self.get("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def wait(self, what: str, until: Any, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if until(self):
                    return
            except OSError:
                pass
            time.sleep(0.3)
        pytest.fail(f"Prometheus: no {what} within {seconds} s")


def adapted(exporter: str, dask: str, worker: str, folder: Path) -> Path:
    """The project's configuration with this machine's addresses, scraping every second."""
    config = yaml.safe_load((LOCAL / "prometheus" / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(RULES / "*.yml")]
    del config["alerting"]
    targets = {"pqr": exporter, "dask-scheduler": dask, "dask-worker": worker}
    for job in config["scrape_configs"]:
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [targets.get(job["job_name"], "127.0.0.1:1")]}]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture
def exporter(database: PostgresSettings) -> Iterator[Exporter]:
    publish_sample(database.admin_dsn)
    collector = PqrCollector(database.reader_dsn, Path("/tmp"))
    with Exporter(collector, "127.0.0.1", 0) as running:
        yield running


@pytest.fixture
def prometheus(exporter: Exporter, tmp_path: Path) -> Iterator[Prometheus]:
    scheduler_port, dask_port, worker_port, port = (free_port() for _ in range(4))
    config = adapted(
        exporter.url.split("/")[2], f"127.0.0.1:{dask_port}", f"127.0.0.1:{worker_port}", tmp_path
    )
    commands = (
        [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1",
         "--port", f"{scheduler_port}", "--dashboard-address", f"127.0.0.1:{dask_port}"],
        [sys.executable, "-m", "dask", "worker", f"tcp://127.0.0.1:{scheduler_port}",
         "--nworkers", "1", "--nthreads", "1", "--dashboard-address", f"127.0.0.1:{worker_port}"],
        ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{port}"],
    )  # fmt: skip
    with ExitStack() as stack:
        for number, command in enumerate(commands):
            log = stack.enter_context((tmp_path / f"{number}.log").open("wb"))
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        running = Prometheus(port)
        running.wait("record of Dask", lambda self: self.series("pqr:worker_memory:bytes"))
        running.wait("recorded rule", lambda self: self.series("pqr:published_age:seconds"))
        yield running


def test_every_expression_of_rules_and_panels_has_a_series(prometheus: Prometheus) -> None:
    checked = expressions()
    empty = [where for where, expression in checked if not prometheus.series(expression)]
    assert len(checked) > 30
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
