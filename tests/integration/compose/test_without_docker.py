"""The stack of compose.yaml without Docker: its commands and environment, this machine's programs.

Started here: PostgreSQL with PostGIS (Debian's, an older major than the image's) and its backup,
Dask's scheduler and two workers, Prefect's server and worker, Prometheus, Alertmanager and its
receiver, the exporter, Streamlit. The worker runs the 30 days when the server asks for them.
Not started: RustFS (SeaweedFS stands in), Metabase, Grafana; no image is built.
"""

import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from monitoring import expressions, panel_queries
from stack import LOCAL, Stack, answer, end, resolve, take_ports
from start_services import POSTGRES, start_compute, start_postgres, start_store, start_worker
from start_watching import start_watchers

from orchestration.bi.content import load_content
from orchestration.bi.validate import validate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not shutil.which("podman"), reason="podman: apt install podman"),
    pytest.mark.skipif(
        not shutil.which("prometheus") or not shutil.which("prometheus-alertmanager"),
        reason="apt install prometheus prometheus-alertmanager",
    ),
    pytest.mark.skipif(
        not Path("/usr/share/postgresql/15/extension/postgis.control").exists(),
        reason="PostGIS: apt install postgresql-15-postgis-3",
    ),
]

# They list what went wrong: checks that failed, lines in quarantine.
EMPTY_WHILE_ALL_IS_WELL = {
    "Los que más fallan", "Los controles que más fallan", "Líneas en cuarentena",
}  # fmt: skip


@pytest.fixture
def stack() -> Iterator[Stack]:
    # Not pytest's folder: as root another user runs PostgreSQL, and that one is closed to others.
    with tempfile.TemporaryDirectory(prefix="pqr-compose-") as name, ExitStack() as exits:
        folder = Path(name)
        folder.chmod(0o755)
        ports = take_ports()
        running = Stack(folder, exits, ports, resolve(folder, ports))
        # As the image makes it.
        (running.home / "tmp").mkdir(parents=True)
        start_postgres(running)
        start_store(running)
        start_compute(running)
        yield running


def query(stack: Stack, expression: str) -> list[Any]:
    url = stack.url("prometheus", f"/api/v1/query?query={urllib.parse.quote(expression)}")
    return list(json.loads(answer(url))["data"]["result"])


def prefect(stack: Stack, path: str, body: dict[str, Any] | None = None) -> Any:
    login = stack.environment("prefect")["PREFECT_SERVER_API_AUTH_STRING"]
    sent = json.dumps({} if body is None else body).encode()
    return json.loads(answer(stack.url("prefect", f"/api/{path}"), body=sent, login=login))


def run_deployment(stack: Stack, name: str) -> str:
    """Ask the server for a deployment and wait until the worker is done: how it ended."""
    (found,) = (it for it in prefect(stack, "deployments/filter") if it["name"] == name)
    flow_run = prefect(stack, f"deployments/{found['id']}/create_flow_run")["id"]
    asked = {"flow_runs": {"id": {"any_": [flow_run]}}}
    while True:
        (seen,) = prefect(stack, "flow_runs/filter", asked)
        if seen["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return str(seen["state_type"])
        time.sleep(2)


def wait_for(told: str, stack: Stack, seconds: float) -> None:
    """Wait until the receiver has printed something."""
    deadline = time.monotonic() + seconds
    while told not in stack.said("alert-receiver"):
        assert time.monotonic() < deadline, f"{told}: {stack.said('alert-receiver')[-2000:]}"
        time.sleep(1)


def test_the_30_day_world_passes_through(stack: Stack) -> None:
    applied = stack.run("migrate")
    assert "applied" in applied
    assert "applied" not in stack.run("migrate").replace("Migrations   0 applied", "")
    exporter = start_watchers(stack)
    start_worker(stack)
    served = {it["name"] for it in prefect(stack, "deployments/filter")}
    assert served == {"daily", "run", "backfill", "publish", "verify"}
    assert run_deployment(stack, "run") == "COMPLETED", stack.said("prefect-worker")[-5000:]
    assert run_deployment(stack, "verify") == "COMPLETED", stack.said("prefect-worker")[-5000:]

    reader = stack.environment("metrics")["PQR_POSTGRES_DSN"]
    with psycopg.connect(reader) as connection:
        live = connection.execute(
            "select first_day, last_day from meta.live_publication"
        ).fetchone()
        assert live is not None
        assert (live[1] - live[0]).days == 29
        with pytest.raises(psycopg.Error):
            connection.execute("select * from meta.etl_runs")
    admin = stack.environment("pqr")["PQR_POSTGRES_ADMIN_DSN"]
    with psycopg.connect(admin) as connection:
        assert connection.execute("select postgis_version()").fetchone()
    # The work went through the cluster and the server of the configuration, not through our own.
    with pytest.raises(urllib.error.HTTPError, match="401"):
        answer(stack.url("prefect", "/api/flow_runs/filter"), seconds=0, body=b"{}")
    flows = prefect(stack, "flow_runs/filter")
    # The next days at five are planned: the server's scheduler works.
    assert {flow["state_type"] for flow in flows} == {"COMPLETED", "SCHEDULED"}
    time.sleep(5)
    assert {series["value"][1] for series in query(stack, "up")} == {"1"}
    assert len(query(stack, 'up{job="dask-worker"}')) == 2
    assert query(stack, 'pqr_run_state{status="PUBLISHED"} == 1')
    assert query(stack, "sum(dask_worker_tasks_completed_total) > 0 or sum(dask_scheduler_tasks)")
    assert json.loads(answer(stack.url("prometheus", "/api/v1/alerts")))["data"]["alerts"] == []
    assert answer(stack.url("streamlit", "/_stcore/health")) == b"ok"
    assert [where for where, asked in expressions() if not query(stack, asked)] == []
    with psycopg.connect(reader) as connection:
        for title, sql in panel_queries():
            assert connection.execute(sql).fetchall() or title in EMPTY_WHILE_ALL_IS_WELL, title
    # That a filter narrows is tested where the rows are known: tests/integration/metabase.
    empty = {it.name for it in validate(load_content(), reader) if it.filtered_rows == 0}
    assert empty <= EMPTY_WHILE_ALL_IS_WELL
    # What compose starts itself: everything is there, nothing changes.
    assert "skipped" in stack.run("pqr")
    back_up(stack)
    stack.services["alerts"] = {"command": [
        "pqr", "alerts", "test", "--severity", "critical", "--alertmanager",
        stack.url("alertmanager", ""),
    ]}  # fmt: skip
    assert "pqr-critical" in stack.run("alerts")
    wait_for("PqrTest", stack, 60)
    # A real one, with the times of the rules: two minutes, and ten seconds of Alertmanager.
    end(exporter)
    wait_for("PqrExporterDown", stack, 300)


def back_up(stack: Stack) -> None:
    """The service's script, once, with Debian's pg_dump; the dump holds what people query."""
    folder = stack.folder / "backups"
    folder.mkdir()
    given = {
        str(key): str(value)
        for key, value in stack.services["postgres-backup"]["environment"].items()
    }
    address = {"PGHOST": "127.0.0.1", "PGPORT": str(stack.ports["postgres"])}
    own = {"PATH": f"{POSTGRES}:/usr/bin:/bin", "BACKUP_FOLDER": str(folder), "BACKUP_SECONDS": "0"}
    script = LOCAL / "postgres" / "backup.sh"
    done = subprocess.run([script], env={**given, **address, **own}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    (dump,) = folder.glob("*.dump")
    listed = subprocess.run(
        [POSTGRES / "pg_restore", "--list", dump], capture_output=True, text=True
    )
    assert "TABLE DATA meta etl_runs" in listed.stdout
    assert "TABLE DATA serving kpi_volume_daily" in listed.stdout
