"""Prometheus and Alertmanager as Debian packages them, with the project's rules and routes.

Only what cannot be the same in a test is replaced: addresses, and how long things take.
"""

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from monitoring import LOCAL, NUMBER, RULES

Targets = Mapping[str, str]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start(
    stack: ExitStack,
    folder: Path,
    command: Iterable[object],
    project: Path = LOCAL.parents[1],
    **environment: str,
) -> subprocess.Popen[bytes]:
    """A process in `project` that ends with the stack; its output is in a log of the folder."""
    words = [str(word) for word in command]
    log = stack.enter_context((folder / f"{len(list(folder.glob('*.log')))}.log").open("wb"))
    process = subprocess.Popen(
        words, stdout=log, stderr=log, cwd=project, env=dict(environment) or None
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


class Prometheus:
    """A running Prometheus; questions about its address fail as an OSError does."""

    def __init__(self, port: int) -> None:
        self.address = f"127.0.0.1:{port}"

    def get(self, path: str, **parameters: str) -> Any:
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)["data"]

    def series(self, expression: str) -> list[Any]:
        return list(self.get("query", query=expression)["result"])

    def firing(self) -> set[str]:
        alerts = self.get("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def wait(self, what: str, until: Callable[["Prometheus"], Any], seconds: float = 60) -> float:
        """Wait until something holds; gives the seconds that it took."""
        started = time.monotonic()
        while time.monotonic() < started + seconds:
            try:
                if until(self):
                    return time.monotonic() - started
            except OSError:
                pass
            time.sleep(0.2)
        pytest.fail(f"Prometheus: no {what} within {seconds} s; firing: {self.firing()}")


def start_prometheus(
    stack: ExitStack, folder: Path, targets: Targets, limits: Mapping[str, float] | None = None
) -> Prometheus:
    """Start Prometheus on some of the project's jobs, scraping every second.

    Args:
        stack: Ends it.
        folder: Takes its files.
        targets: Address by job; jobs without one are left out. `alertmanager` is also told.
        limits: Lower limits of alerts; with them every alert fires after a second.
    """
    config = yaml.safe_load((LOCAL / "prometheus" / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str((lowered(folder, limits) if limits else RULES) / "*.yml")]
    port = free_port()
    known = {"prometheus": f"127.0.0.1:{port}", **targets}
    config["scrape_configs"] = [
        {"job_name": job["job_name"], "static_configs": [{"targets": [known[job["job_name"]]]}]}
        for job in config["scrape_configs"]
        if job["job_name"] in known
    ]
    told = [known["alertmanager"]] if "alertmanager" in known else []
    config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": told}]}]}
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    start(
        stack,
        folder,
        ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{port}"],
    )  # fmt: skip
    return Prometheus(port)


def lowered(folder: Path, limits: Mapping[str, float]) -> Path:
    """A copy of the rules whose alerts wait a second, some with lower limits."""
    copy = folder / "rules"
    shutil.copytree(RULES, copy)
    rules = yaml.safe_load((copy / "alerts.yml").read_text())
    left = dict(limits)
    for rule in rules["groups"][0]["rules"]:
        if "for" in rule:
            rule["for"] = "1s"
        if (limit := left.pop(rule["alert"], None)) is not None:
            rule["expr"] = re.sub(rf"{NUMBER}$", str(limit), rule["expr"])
    assert not left
    (copy / "alerts.yml").write_text(yaml.safe_dump(rules))
    return copy


def start_alertmanager(stack: ExitStack, folder: Path, receiver: str) -> str:
    """Start Alertmanager with the project's routes, which lead to `receiver`; gives its address."""
    text = (LOCAL / "alertmanager" / "alertmanager.yml").read_text()
    text = text.replace("http://alert-receiver:9465", receiver)
    path = folder / "alertmanager.yml"
    # A cause may be told an evaluation later than its consequence: that one waits as long.
    text = re.sub(r"group_wait: \w+", "group_wait: 2s", text)
    path.write_text(re.sub(r"group_interval: \w+", "group_interval: 1s", text))
    port = free_port()
    start(stack, folder, ["prometheus-alertmanager", f"--config.file={path}",
          f"--storage.path={folder / 'alertmanager'}", "--cluster.listen-address=",
          f"--web.listen-address=127.0.0.1:{port}"])  # fmt: skip
    return f"127.0.0.1:{port}"


def start_dask(stack: ExitStack, folder: Path, python: str) -> tuple[str, Targets, Any]:
    """A scheduler and a worker: the scheduler's address, their targets, the worker's process."""
    port, *pages = (free_port() for _ in range(3))
    scheduler, worker = (f"127.0.0.1:{page}" for page in pages)
    address = f"tcp://127.0.0.1:{port}"
    start(stack, folder, [python, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", port,
          "--dashboard-address", scheduler])  # fmt: skip
    process = start(stack, folder, [python, "-m", "dask", "worker", address, "--nworkers", "1",
                    "--nthreads", "1", "--no-nanny", "--local-directory", folder,
                    "--dashboard-address", worker])  # fmt: skip
    return address, {"dask-scheduler": scheduler, "dask-worker": worker}, process
