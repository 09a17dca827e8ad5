"""The deployments on a real Prefect server: triggered by its API, cancelled by it, resumed."""

import base64
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from orchestration.settings import load_settings
from tests.integration.run.lake import ROOT, Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

SECONDS = 600


@dataclass(frozen=True)
class Server:
    """The API of the home's server, which `pqr schedule` serves, and the lake that it works on."""

    url: str
    lake: Lake

    @property
    def login(self) -> str:
        """The home's, as a header carries it."""
        return base64.b64encode(self.lake.settings.secrets.prefect_login.encode()).decode()

    def ask(self, path: str, body: object = None) -> Any:
        """GET, or POST a body as JSON; a server that has just started may ask for patience."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}{path}",
            data,
            {"content-type": "application/json", "authorization": f"Basic {self.login}"},
        )
        for _ in range(30):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 503:
                        raise
            time.sleep(1)
        raise AssertionError(f"{path} answers 503 for half a minute")

    def deployments(self) -> dict[str, Any]:
        return {item["name"]: item for item in self.ask("/deployments/filter", {})}

    def trigger(self, deployment: str, **request: object) -> str:
        """Start a flow run; gives its id."""
        found = self.deployments()[deployment]["id"]
        body = {"parameters": {"request": request}}
        return str(self.ask(f"/deployments/{found}/create_flow_run", body)["id"])

    def state(self, flow_run: str) -> str:
        return str(self.ask(f"/flow_runs/{flow_run}")["state_type"])

    def wait_for_end(self, flow_run: str) -> str:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            state = self.state(flow_run)
            if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
                return state
            time.sleep(1)
        raise AssertionError(f"flow run {flow_run} is still {state}")


@pytest.fixture(scope="module")
def server(new_lake: LakeFactory) -> Iterator[Server]:
    lake = new_lake()
    port = load_settings({"PQR_HOME": str(lake.settings.home)}).prefect_port
    log = lake.settings.home / "schedule.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            lake.command("schedule"),
            env={**lake.environment, "PQR_TODAY": "2025-09-02"},
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    served = Server(f"http://127.0.0.1:{port}/api", lake)
    deadline = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if "daily" in served.deployments():
                break
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(1)
    yield served
    process.send_signal(signal.SIGTERM)
    process.wait(120)


def test_the_daily_deployment_is_scheduled_in_colombia_one_run_at_a_time(server: Server) -> None:
    daily = server.deployments()["daily"]
    schedules = [item["schedule"] for item in daily["schedules"]]
    assert [(item["cron"], item["timezone"]) for item in schedules] == [
        ("0 5 * * *", "America/Bogota")
    ]
    assert daily["global_concurrency_limit"]["limit"] == 1
    described = json.dumps(daily["parameter_openapi_schema"])
    assert "How many missing days to catch up with at most" in described


def test_a_second_schedule_is_refused(server: Server) -> None:
    """When it ended, Prefect would pause the daily run of the first."""
    done = server.lake.pqr("schedule")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
    assert "another `pqr schedule` serves" in done.stderr
    assert not server.deployments()["daily"]["paused"]


def test_triggered_by_the_api_it_runs_to_completed(server: Server) -> None:
    assert server.wait_for_end(server.trigger("daily")) == "COMPLETED"
    runs = server.lake.query("select date_min::text, status from meta.etl_runs")
    assert [row[0] for row in runs] == ["2025-09-01"]
    assert runs[0][1] in ("PUBLISHED", "DEGRADED")


def test_cancelled_mid_way_it_leaves_cancelled_and_resumes(server: Server) -> None:
    if server.lake.query("select count(*) from meta.etl_runs") == [(0,)]:
        assert server.wait_for_end(server.trigger("daily")) == "COMPLETED"
    day = {"start": "2025-09-02", "end": "2025-09-02"}
    flow_run = server.trigger("run", **day)
    committed = (
        "select count(*) from meta.manifest_index join meta.etl_runs using (run_id)"
        " where layer = 'bronze' and date_min = '2025-09-02'"
    )
    deadline = time.monotonic() + SECONDS
    while server.lake.query(committed) == [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    cancelling = {"state": {"type": "CANCELLING"}, "force": False}
    server.ask(f"/flow_runs/{flow_run}/set_state", cancelling)
    deadline = time.monotonic() + 90
    # The flow run may call itself crashed before Prefect, which asked for it, has the last word.
    while server.state(flow_run) != "CANCELLED":
        assert time.monotonic() < deadline, server.state(flow_run)
        time.sleep(0.5)
    run = "select status, attempt from meta.etl_runs where date_min = '2025-09-02'"
    deadline = time.monotonic() + 60
    while server.lake.query(run) == [("RUNNING", 1)]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert server.lake.query(run) == [("CANCELLED", 1)]
    assert server.wait_for_end(server.trigger("run", **day)) == "COMPLETED"
    assert server.lake.query(run)[0][1] == 2
