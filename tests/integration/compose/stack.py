"""The services of compose.yaml on ports of this machine, without Docker."""

import base64
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.services.ports import is_free
from orchestration.settings import PROJECT_ROOT

LOCAL = PROJECT_ROOT / "infra" / "local"
PATH = f"{PROJECT_ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
NAMES = ("s3", "postgres", "dask-scheduler", "dask", "worker-1", "worker-2", "prefect", "metrics",
         "streamlit", "prometheus", "alertmanager", "alert-receiver", "prefect-worker")  # fmt: skip


@dataclass
class Stack:
    """Services of the resolved compose file, on ports of this machine."""

    folder: Path
    stack: ExitStack
    ports: dict[str, int] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)

    @property
    def certificates(self) -> Path:
        """The volume that is mounted at /run/pqr."""
        return self.folder / "certificates"

    @property
    def home(self) -> Path:
        """The volume that is mounted at /var/lib/pqr; one for all, as their files do not meet."""
        return self.folder / "home"

    def environment(self, name: str) -> dict[str, str]:
        """What compose gives a service, with the network's one fixed address replaced."""
        given = self.services[name].get("environment", {})
        values = {
            key: self.here(
                str(value).replace("@postgres:5432", f"@127.0.0.1:{self.ports['postgres']}")
            )
            for key, value in given.items()
        }
        own = {
            "PATH": PATH, "HOME": str(self.folder), "PQR_HOME": str(self.home),
            "PREFECT_RUNNER_SERVER_PORT": str(self.ports["prefect-worker"]),
        }  # fmt: skip
        return {**own, **values, "PREFECT_HOME": str(self.folder / "prefect")}

    def here(self, word: str) -> str:
        """The folders of volumes, in the folder of this stack."""
        return word.replace("/run/pqr", str(self.certificates)).replace(
            "/var/lib/pqr", str(self.home)
        )

    def command(self, name: str, swaps: dict[str, str]) -> list[str]:
        """What compose runs, on this machine's addresses."""
        words = [str(word) for word in self.services[name]["command"]]
        return [self.here(swaps.get(word, word)) for word in words]

    def start(self, name: str, swaps: dict[str, str], label: str = "") -> "subprocess.Popen[bytes]":
        """A service that stays: it ends with the stack."""
        log = self.stack.enter_context((self.folder / f"{label or name}.log").open("wb"))
        process = subprocess.Popen(
            self.command(name, {"0.0.0.0": "127.0.0.1", **swaps}),
            env=self.environment(name), stdout=log, stderr=log, cwd=PROJECT_ROOT,
            start_new_session=True,
        )  # fmt: skip
        self.stack.callback(process.wait, 60)
        self.stack.callback(end, process)
        return process

    def said(self, name: str) -> str:
        """What a service has printed so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

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


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a service and what it started to end, unless it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, 15)


def answer(
    url: str, seconds: float = 120, body: bytes | None = None, login: str | None = None
) -> bytes:
    deadline = time.monotonic() + seconds
    headers = {"Content-Type": "application/json"} if body else {}
    if login:
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
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
        file.write(f"DASK_SCHEDULER_ADDRESS=tls://127.0.0.1:{ports['dask-scheduler']}\n")
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
