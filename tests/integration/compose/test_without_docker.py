"""The stack of compose.yaml without Docker: its commands and environment, this machine's programs.

Started here: PostgreSQL with PostGIS (Debian's, an older major than the image's), Dask's scheduler
and two workers, Prefect's server, Prometheus, the exporter, Streamlit, and the 30-day run.
Not started: RustFS (SeaweedFS stands in), Metabase, Grafana; no image is built.
"""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from monitoring import expressions, panel_queries

from orchestration.bi.content import load_content
from orchestration.bi.validate import validate
from orchestration.services import s3
from orchestration.services.ports import is_free
from orchestration.settings import PROJECT_ROOT, S3Settings, load_settings

LOCAL = PROJECT_ROOT / "infra" / "local"
POSTGRES = Path("/usr/lib/postgresql/15/bin")
PATH = f"{PROJECT_ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
NAMES = ("s3", "postgres", "dask-scheduler", "dask", "worker-1", "worker-2", "prefect", "metrics",
         "streamlit", "prometheus")  # fmt: skip

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


@dataclass
class Stack:
    """Services of the resolved compose file, on ports of this machine."""

    folder: Path
    stack: ExitStack
    ports: dict[str, int] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)

    def environment(self, name: str) -> dict[str, str]:
        """What compose gives a service, with the network's one fixed address replaced."""
        given = self.services[name].get("environment", {})
        values = {
            key: str(value).replace("@postgres:5432", f"@127.0.0.1:{self.ports['postgres']}")
            for key, value in given.items()
        }
        own = {"PATH": PATH, "HOME": str(self.folder), "PQR_HOME": str(self.folder / "home")}
        return {**own, **values, "PREFECT_HOME": str(self.folder / "prefect")}

    def command(self, name: str, swaps: dict[str, str]) -> list[str]:
        """What compose runs, on this machine's addresses."""
        words = [str(word) for word in self.services[name]["command"]]
        return [swaps.get(word, word) for word in words]

    def start(self, name: str, swaps: dict[str, str], label: str = "") -> None:
        log = self.stack.enter_context((self.folder / f"{label or name}.log").open("wb"))
        process = subprocess.Popen(
            self.command(name, {"0.0.0.0": "127.0.0.1", **swaps}),
            env=self.environment(name), stdout=log, stderr=log, cwd=PROJECT_ROOT,
            start_new_session=True,
        )  # fmt: skip
        self.stack.callback(process.wait, 60)
        self.stack.callback(os.killpg, process.pid, 15)

    def run(self, name: str) -> str:
        """A service that ends: wait for it."""
        done = subprocess.run(
            self.command(name, {}), env=self.environment(name), capture_output=True, text=True,
            cwd=PROJECT_ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def url(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"


def answer(url: str, seconds: float = 120, body: bytes | None = None) -> bytes:
    deadline = time.monotonic() + seconds
    headers = {"Content-Type": "application/json"} if body else {}
    while True:
        try:
            request = urllib.request.Request(url, data=body, headers=headers)
            with urllib.request.urlopen(request, timeout=10) as response:
                return bytes(response.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def take_ports() -> dict[str, int]:
    """A port for each service, S3 with nine after it."""
    base = next(n for n in range(27_000, 29_000, 40) if all(map(is_free, range(n, n + 30))))
    return {name: base + (10 + place if place else 0) for place, name in enumerate(NAMES)}


def resolve(folder: Path, ports: dict[str, int]) -> dict[str, Any]:
    """compose.yaml with a new .env, in which the addresses are this machine's."""
    local = folder / "checkout" / "infra" / "local"
    local.mkdir(parents=True)
    shutil.copy(LOCAL / "new-env.sh", local)
    shutil.copy(PROJECT_ROOT / ".env.example", folder / "checkout")
    subprocess.run([local / "new-env.sh"], check=True)
    env = folder / "checkout" / ".env"
    with env.open("a") as file:
        file.write(f"RUSTFS_ENDPOINT=http://127.0.0.1:{ports['s3']}\n")
        file.write(f"DASK_SCHEDULER_ADDRESS=tcp://127.0.0.1:{ports['dask-scheduler']}\n")
        file.write(f"PREFECT_API_URL=http://127.0.0.1:{ports['prefect']}/api\n")
    command = ["podman-compose", "--env-file", str(env), "--file", str(LOCAL / "compose.yaml")]
    for profile in ("core", "bi", "observability"):
        command += ["--profile", profile]
    done = subprocess.run(
        [*command, "config"], capture_output=True, text=True, env={"PATH": PATH, "HOME": "/tmp"}
    )
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return services


def start_postgres(stack: Stack) -> None:
    """initdb, the server with compose's settings, and the init script, as the image does it."""
    data = stack.folder / "postgres"
    data.mkdir()
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    if account:
        os.chown(data, account.pw_uid, -1)
    given = stack.services["postgres"]["environment"]
    password = stack.folder / "password"
    password.write_text(given["POSTGRES_PASSWORD"])
    os.chmod(password, 0o644)
    # The built-in locale of the image's version 17 is not in 15.
    subprocess.run(
        [POSTGRES / "initdb", "-D", data / "db", "-U", given["POSTGRES_USER"], "--locale=C.UTF-8",
         "--encoding=UTF8", "--auth-host=scram-sha-256", "--auth-local=trust",
         f"--pwfile={password}"],
        check=True, capture_output=True, cwd="/", **user,
    )  # fmt: skip
    settings = stack.services["postgres"]["command"][1:]
    command = [POSTGRES / "postgres", "-D", data / "db", "-p", str(stack.ports["postgres"]),
               "-c", "listen_addresses=127.0.0.1", "-k", str(data), *settings]  # fmt: skip
    log = stack.stack.enter_context((stack.folder / "postgres.log").open("wb"))
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **user)
    stack.stack.callback(process.wait, 60)
    stack.stack.callback(process.send_signal, 2)
    psql = {
        "PATH": PATH, "PGHOST": str(data), "PGPORT": str(stack.ports["postgres"]),
        **{name: str(value) for name, value in given.items()},
    }  # fmt: skip
    ready = [POSTGRES / "pg_isready", "-q"]
    while subprocess.run(ready, env=psql).returncode:
        assert process.poll() is None, (stack.folder / "postgres.log").read_text()
        time.sleep(0.2)
    subprocess.run(
        ["psql", "-q", "-U", given["POSTGRES_USER"], "-d", "postgres", "-c",
         f"create database {given['POSTGRES_DB']}"],
        env=psql, check=True,
    )  # fmt: skip
    subprocess.run([LOCAL / "postgres" / "init.sh"], env=psql, check=True)


def start_store(stack: Stack) -> None:
    """SeaweedFS in the place of RustFS, with compose's keys."""
    given = stack.services["rustfs"]["environment"]
    home = stack.folder / "store"
    plain = load_settings({"PQR_HOME": str(home), "PQR_S3_PORT": str(stack.ports["s3"])})
    store = S3Settings(
        plain.s3.endpoint_url, "us-east-1", given["RUSTFS_ACCESS_KEY"], given["RUSTFS_SECRET_KEY"],
        "pqr-lakehouse", is_embedded=True,
    )  # fmt: skip
    (home / "logs").mkdir(parents=True)
    s3.start(replace(plain, s3=store))
    stack.stack.callback(s3.halt, home)


def start_compute(stack: Stack) -> None:
    ports = stack.ports
    swaps = {"8786": str(ports["dask-scheduler"]), ":8787": f"127.0.0.1:{ports['dask']}"}
    stack.start("dask-scheduler", swaps)
    answer(stack.url("dask", "/health"))
    for number in (1, 2):
        address = f"127.0.0.1:{ports[f'worker-{number}']}"
        scheduler = f"tcp://127.0.0.1:{ports['dask-scheduler']}"
        stack.start(
            "dask-worker",
            {
                ":8788": address,
                "tcp://dask-scheduler:8786": scheduler,
                "/tmp/dask": str(stack.folder / f"dask-{number}"),
            },
            label=f"worker-{number}",
        )
    stack.start("prefect", {"4200": str(ports["prefect"])})
    answer(stack.url("prefect", "/api/health"))


def start_watchers(stack: Stack) -> None:
    ports = stack.ports
    stack.start("metrics", {"9464": str(ports["metrics"])})
    stack.start("streamlit", {"8501": str(ports["streamlit"])})
    text = (LOCAL / "prometheus" / "prometheus.yml").read_text()
    for name, port in (
        ("metrics:9464", "metrics"), ("dask-scheduler:8787", "dask"), ("prefect:4200", "prefect"),
        ("localhost:9090", "prometheus"),
    ):  # fmt: skip
        text = text.replace(name, f"127.0.0.1:{ports[port]}")
    config = yaml.safe_load(text.replace("15s", "2s"))
    config["rule_files"] = [str(LOCAL / "prometheus" / "rules" / "pqr.yml")]
    for job in config["scrape_configs"]:
        if job.pop("dns_sd_configs", None):
            targets = [f"127.0.0.1:{ports[name]}" for name in ("worker-1", "worker-2")]
            job["static_configs"] = [{"targets": targets}]
    path = stack.folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    log = stack.stack.enter_context((stack.folder / "prometheus.log").open("wb"))
    process = subprocess.Popen(
        ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={stack.folder / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{ports['prometheus']}"],
        stdout=log, stderr=log,
    )  # fmt: skip
    stack.stack.callback(process.wait, 30)
    stack.stack.callback(process.terminate)


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
    flows = json.loads(answer(stack.url("prefect", "/api/flow_runs/filter"), body=b"{}"))
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
