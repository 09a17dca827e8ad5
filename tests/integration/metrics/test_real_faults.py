"""Alerts from real faults to a notification and back, during a real run of a small world.

Prometheus, Alertmanager, the exporter and Dask are processes of their own; the rules and routes are
those of the project, with shorter times. Every line that is printed is a measurement.
"""

import csv
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from monitoring import expressions
from watchers import Prometheus, free_port, start, start_alertmanager, start_dask, start_prometheus

from orchestration.metrics.alerts import Notification, receiver
from orchestration.settings import Settings
from tests.integration.run.lake import ROOT, Lake, LakeFactory, small_world

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(
        not shutil.which("prometheus") or not shutil.which("prometheus-alertmanager"),
        reason="apt install prometheus prometheus-alertmanager",
    ),
]

# In place of a minute, half an hour and a day and a half.
LIMITS = {"PqrRunLost": 8, "PqrRunStuck": 12, "PqrDataStale": 60}
SAMPLE = ROOT / "docs" / "ingest" / "pqrs_entidad.csv"
IMPOSSIBLE = ("events_per_creation: {severity: warning, min: 1.5, max: 60}",
              "events_per_creation: {severity: critical, min: 1000}")  # fmt: skip


@dataclass
class Watch:
    """What watches a lake, and what it has told so far."""

    lake: Lake
    folder: Path
    stack: ExitStack
    cluster: dict[str, str]
    worker: "subprocess.Popen[bytes]"
    exporter: "subprocess.Popen[bytes]"
    port: int
    alertmanager: str
    prometheus: Prometheus
    told: list[Notification] = field(default_factory=list)

    def pqr(
        self, *arguments: str, project: Path = ROOT, **variables: str
    ) -> "subprocess.Popen[bytes]":
        environment = {**self.lake.environment, **self.cluster, **variables}
        command = self.lake.command(*arguments)
        return start(self.stack, self.folder, command, project, **environment)

    def done(self, *arguments: str, **variables: str) -> int:
        return self.pqr(*arguments, **variables).wait(600)

    def start_exporter(self) -> None:
        self.exporter = self.pqr("metrics", "--port", str(self.port), "--keep", "0")

    def fires(self, alert: str, fault: str) -> None:
        """Wait until an alert fires and is told; both counted from now."""
        self._reaches(alert, "firing", fault, lambda seen: alert in seen.firing())

    def ends(self, alert: str, cure: str) -> None:
        """Wait until an alert is over and that is told."""
        self._reaches(alert, "resolved", cure, lambda seen: alert not in seen.firing())

    def _reaches(
        self, alert: str, status: str, why: str, holds: Callable[[Prometheus], object]
    ) -> None:
        seen = self.prometheus.wait(f"{status} {alert}", holds, 120)
        lines: list[str] = []

        def is_told(_: Prometheus) -> bool:
            last = [item for item in self.told if item.labels["alertname"] == alert][-1:]
            lines[:] = [item.line() for item in last if item.status == status]
            return bool(lines)

        more = self.prometheus.wait(f"notification: {status} {alert}", is_told, 60)
        print(f"{why}: {status} after {seen:.1f} s, told after {seen + more:.1f} s: {lines[0]}")


@pytest.fixture
def watch(settings: Settings, tmp_path: Path) -> Iterator[Watch]:
    lake, told = LakeFactory(settings)(), list[Notification]()
    with ExitStack() as stack, receiver("127.0.0.1", 0, told.append) as server:
        address, dask, worker = start_dask(stack, tmp_path, sys.executable)
        cluster = {"PQR_DASK_SCHEDULER": address, "PQR_DASK_ALLOW_PLAIN_TCP": "true"}
        alertmanager = start_alertmanager(
            stack, tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
        )
        port = free_port()
        targets = {"pqr": f"127.0.0.1:{port}", "alertmanager": alertmanager, **dask}
        prometheus = start_prometheus(stack, tmp_path, targets, LIMITS)
        made = Watch(
            lake, tmp_path, stack, cluster, worker, worker, port, alertmanager, prometheus, told
        )
        made.start_exporter()
        yield made


def run_of(watch: Watch, days: int) -> tuple[str, ...]:
    config = str(small_world(watch.folder))
    return ("run", "--days", str(days), "--config", config, "--no-prefect-server")


def test_a_killed_run_a_stopped_worker_and_a_stopped_exporter_are_told(watch: Watch) -> None:
    # Nine days: a week before the last one is published as well.
    run = run_of(watch, 9)
    killed = watch.pqr(*run, PQR_TESTING="1", PQR_KILL_AT="bronze.after_objects")
    assert killed.wait(300) == -signal.SIGKILL
    watch.fires("PqrRunLost", "a killed run")

    watch.worker.send_signal(signal.SIGSTOP)
    again = watch.pqr(*run)
    watch.ends("PqrRunLost", "the next attempt")
    watch.fires("PqrRunStuck", "a stopped worker")
    assert watch.prometheus.series('ALERTS{alertstate="firing", alertname=~"Pqr.*"}')
    watch.worker.send_signal(signal.SIGCONT)
    watch.ends("PqrRunStuck", "the worker goes on")
    assert again.wait(600) == 0
    published = watch.prometheus.wait(
        "publication", lambda seen: seen.series("pqr:backlog_growth:ratio")
    )
    print(f"shown {published:.1f} s after the run ended")
    checked = expressions()
    empty = [where for where, asked in checked if not watch.prometheus.series(asked)]
    print(f"{len(checked)} expressions, {len(empty)} without a series {empty}")
    assert empty == []

    watch.exporter.terminate()
    watch.exporter.wait()
    watch.fires("PqrExporterDown", "a stopped exporter")
    watch.start_exporter()
    watch.ends("PqrExporterDown", "the exporter again")


def test_quarantined_lines_a_failed_check_and_stale_data_are_told(watch: Watch) -> None:
    bad, good = (delivery(watch.folder, bad=number) for number in (1, 0))
    taken = ("--mapping", str(SAMPLE.with_suffix(".yaml")), "--source", "webform", "--publish",
             "--quarantine-limit", "100", "--no-prefect-server")  # fmt: skip
    assert watch.done("ingest", str(bad), "--world", "bad", *taken) == 0
    watch.fires("PqrQuarantineRate", "a row in quarantine")
    assert watch.done("ingest", str(good), "--world", "good", *taken) == 0
    watch.ends("PqrQuarantineRate", "a delivery without one")

    # What people see now was delivered: a simulated world takes its place on purpose alone.
    simulated = (*run_of(watch, 2), "--replace-live")
    project = edited_project(watch.folder)
    failed = watch.pqr(*simulated, project=project, PYTHONPATH=str(project))
    assert failed.wait(300) == 1
    watch.fires("PqrCriticalCheckFailed", "a critical check that fails")
    # Its cause is told, so the failed run itself is not.
    watch.prometheus.wait("failed run", lambda seen: "PqrRunFailed" in seen.firing())
    time.sleep(3)
    assert "PqrRunFailed" not in {item.labels["alertname"] for item in watch.told}
    assert watch.done(*simulated) == 0
    watch.ends("PqrCriticalCheckFailed", "the retry passes")

    watch.fires("PqrDataStale", "nothing new is published")
    assert watch.done("ingest", str(good), "--world", "fresh", *taken) == 0
    watch.ends("PqrDataStale", "another publication")

    assert watch.done("alerts", "test", "--alertmanager", f"http://{watch.alertmanager}") == 0
    seconds = watch.prometheus.wait(
        "PqrTest", lambda _: "PqrTest" in {item.labels["alertname"] for item in watch.told}
    )
    print(f"pqr alerts test: told after {seconds:.1f} s")


def delivery(folder: Path, bad: int) -> Path:
    """The sample register, with the dates of its first rows spoilt."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    for number, row in enumerate(rows):
        row[0] = f"{row[0]}-{bad}"
        if number < bad:
            row[1] = "03/99/2025"
    path = folder / f"cases-{bad}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path


def edited_project(folder: Path) -> Path:
    """A copy of the project in which a critical check cannot pass."""
    copy = folder / "project"
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    policy = copy / "orchestration" / "quality" / "policy.yml"
    text = policy.read_text(encoding="utf-8")
    assert IMPOSSIBLE[0] in text
    policy.write_text(text.replace(*IMPOSSIBLE), encoding="utf-8")
    return copy
