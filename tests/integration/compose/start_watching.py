"""Starts what watches the stack, with the files of infra/local on ports of this machine."""

import subprocess
from typing import Any

import yaml
from stack import LOCAL, Stack, answer, end

# Where compose's network has a name, this machine has a port.
ADDRESSES = (
    ("metrics:9464", "metrics"), ("dask-scheduler:8787", "dask"), ("prefect:4200", "prefect"),
    ("localhost:9090", "prometheus"), ("alertmanager:9093", "alertmanager"),
    ("alert-receiver:9465", "alert-receiver"),
)  # fmt: skip


def start_watchers(stack: Stack) -> "subprocess.Popen[bytes]":
    """Exporter, page, receiver, Alertmanager and Prometheus; gives the exporter."""
    ports = stack.ports
    exporter = stack.start("metrics", {"9464": str(ports["metrics"])})
    stack.start("streamlit", {"8501": str(ports["streamlit"])})
    stack.start("alert-receiver", {"9465": str(ports["alert-receiver"])})
    path = stack.folder / "alertmanager.yml"
    path.write_text(_local(stack, "alertmanager/alertmanager.yml"))
    _start(stack, "alertmanager", "prometheus-alertmanager", {
        "--config.file": path, "--storage.path": stack.folder / "alertmanager",
    })  # fmt: skip
    answer(stack.url("alertmanager", "/-/ready"))
    path = stack.folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(_scraping(stack)))
    _start(stack, "prometheus", "prometheus", {
        "--config.file": path, "--storage.tsdb.path": stack.folder / "tsdb",
    })  # fmt: skip
    return exporter


def _start(stack: Stack, name: str, program: str, paths: dict[str, Any]) -> None:
    """Compose's options, with the paths of the container replaced."""
    options = [str(word).partition("=") for word in stack.services[name]["command"]]
    words = [f"{option}{sign}{paths.get(option, value)}" for option, sign, value in options]
    log = stack.stack.enter_context((stack.folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(
        [program, *words, f"--web.listen-address=127.0.0.1:{stack.ports[name]}"],
        stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    stack.stack.callback(process.wait, 30)
    stack.stack.callback(end, process)


def _local(stack: Stack, name: str) -> str:
    text = (LOCAL / name).read_text()
    for address, port in ADDRESSES:
        text = text.replace(address, f"127.0.0.1:{stack.ports[port]}")
    return text


def _scraping(stack: Stack) -> Any:
    """What the project scrapes, more often; the container's files are elsewhere here."""
    config = yaml.safe_load(_local(stack, "prometheus/prometheus.yml").replace("15s", "2s"))
    config["rule_files"] = [str(LOCAL / "prometheus" / "rules" / "*.yml")]
    for job in config["scrape_configs"]:
        if login := job.get("basic_auth"):
            del login["password_file"]
            given = stack.services["prefect"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"]
            login["password"] = given.partition(":")[2]
        if job.pop("dns_sd_configs", None):
            targets = [f"127.0.0.1:{stack.ports[name]}" for name in ("worker-1", "worker-2")]
            job["static_configs"] = [{"targets": targets}]
    return config
