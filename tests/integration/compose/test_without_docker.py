"""The stack of compose.yaml without Docker: its commands and environment, this machine's programs.

Started here: PostgreSQL with PostGIS (Debian's, an older major than the image's), Dask's scheduler
and two workers, Prefect's server, Prometheus, the exporter, Streamlit, and the 30-day run.
Not started: RustFS (SeaweedFS stands in), Metabase, Grafana; no image is built.
"""

import json
import shutil
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
from stack import Stack, answer, resolve, take_ports
from start_services import start_compute, start_postgres, start_store, start_watchers

from orchestration.bi.content import load_content
from orchestration.bi.validate import validate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not shutil.which("podman"), reason="podman: apt install podman"),
    pytest.mark.skipif(not shutil.which("prometheus"), reason="apt install prometheus"),
    pytest.mark.skipif(
        not Path("/usr/share/postgresql/15/extension/postgis.control").exists(),
        reason="PostGIS: apt install postgresql-15-postgis-3",
    ),
]


@pytest.fixture
def stack() -> Iterator[Stack]:
    # Not pytest's folder: as root another user runs PostgreSQL, and that one is closed to others.
    with tempfile.TemporaryDirectory(prefix="pqr-compose-") as name, ExitStack() as exits:
        folder = Path(name)
        folder.chmod(0o755)
        ports = take_ports()
        running = Stack(folder, exits, ports, resolve(folder, ports))
        start_postgres(running)
        start_store(running)
        start_compute(running)
        yield running


def query(stack: Stack, expression: str) -> list[Any]:
    url = stack.url("prometheus", f"/api/v1/query?query={urllib.parse.quote(expression)}")
    return list(json.loads(answer(url))["data"]["result"])


def test_the_30_day_world_passes_through(stack: Stack) -> None:
    applied = stack.run("migrate")
    assert "applied" in applied
    assert "applied" not in stack.run("migrate").replace("Migrations   0 applied", "")
    start_watchers(stack)
    print(stack.run("pqr"))

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
    login = stack.environment("prefect")["PREFECT_SERVER_API_AUTH_STRING"]
    asked = stack.url("prefect", "/api/flow_runs/filter")
    flows = json.loads(answer(asked, body=b"{}", login=login))
    with pytest.raises(urllib.error.HTTPError, match="401"):
        answer(asked, seconds=0, body=b"{}")
    assert [flow["state_type"] for flow in flows] == ["COMPLETED"]
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
            assert connection.execute(sql).fetchall(), title
    for question in validate(load_content(), reader):
        assert question.rows > question.filtered_rows > 0, question.name
    # Once more: everything is there, nothing changes.
    before = stack.run("pqr")
    assert "skipped" in before
