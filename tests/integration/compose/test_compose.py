"""The compose file: as data for what must hold, and resolved by an implementation of Compose."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "infra" / "local" / "compose.yaml"
TEXT = FILE.read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
PROFILES = ("core", "bi", "observability")
ONE_SHOT = {"migrate", "certificates", "pqr", "metabase-provision"}  # they end
# The contract's ports, as this machine sees them; a variable stands for its default.
PORTS = {
    "postgres": {5432}, "rustfs": {9000, 9001}, "dask-scheduler": {8786, 8787}, "prefect": {4200},
    "prometheus": {9090}, "alertmanager": {9093}, "grafana": {3001}, "metabase": {3000},
    "streamlit": {8501},
}  # fmt: skip


def variables(text: str) -> dict[str, str]:
    """Name and what follows it (`:?..`, `:-..`) of every variable outside of comments."""
    code = "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))
    return dict(re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", code))


def example() -> dict[str, bool]:
    """Every variable of .env.example, and whether it has to be set."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"(#?)([A-Z0-9_]+)=", line) for line in lines)
    return {match[2]: not match[1] for match in found if match}


def published(service: dict[str, Any]) -> list[tuple[str, int]]:
    """Address and port on this machine of each published port."""
    ports = []
    for text in service.get("ports", ()):
        plain = re.sub(r"\$\{\w+:-(\d+)\}", r"\1", text)
        address, port, _ = plain.split(":")
        ports.append((address, int(port)))
    return ports


def test_the_contracts_ports_and_no_other_are_open_to_this_machine_alone() -> None:
    found = {name: published(service) for name, service in SERVICES.items()}
    assert {name: {port for _, port in ports} for name, ports in found.items() if ports} == PORTS
    assert {address for ports in found.values() for address, _ in ports} == {"127.0.0.1"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_has_a_fixed_tag(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.match(r"v?\d+(\.\d+)+|\d+-\d", tag), SERVICES[name]["image"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_limits_and_a_profile(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert limits["cpus"]
    assert limits["memory"]
    assert set(SERVICES[name]["profiles"]) <= set(PROFILES)
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_keeps_a_capability_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    # The entrypoints of these two begin as root and hand over to their own user.
    handed_over = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]
    assert service.get("cap_add", []) == (handed_over if name in ("postgres", "metabase") else [])
    # Metabase makes its user and unpacks its drivers in its root at every start.
    assert service.get("read_only", False) == (name != "metabase")
    ends = {"on-failure:3", "no"}
    assert service["restart"] in (ends if name in ONE_SHOT else {"unless-stopped"})


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONE_SHOT))
def test_every_service_that_stays_says_whether_it_is_well(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert check["interval"]
    assert check["retries"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_what_its_profiles_bring_along(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert set(SERVICES[name]["profiles"]) <= set(SERVICES[other]["profiles"])
        ends = other in ONE_SHOT
        wanted = "service_completed_successfully" if ends else "service_healthy"
        assert how["condition"] == wanted


def test_secrets_come_from_the_environment_and_have_no_default() -> None:
    secret = re.compile(r"PASSWORD|SECRET|ACCESS_KEY|EMAIL")
    for name, rest in variables(TEXT).items():
        if secret.search(name):
            assert rest.startswith(":?"), name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASS|SECRET|DSN", name):
                assert "${" in value, name


def test_env_example_has_every_variable_and_says_which_must_be_set() -> None:
    known = example()
    for name, rest in variables(TEXT).items():
        assert name in known, name
        assert known[name] == rest.startswith(":?"), name


def test_the_owners_names_are_in_env_example() -> None:
    names = """POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB SUPABASE_URL SUPABASE_ANON_KEY
        RUSTFS_ACCESS_KEY RUSTFS_SECRET_KEY RUSTFS_ENDPOINT BUCKET_NAME DASK_SCHEDULER_ADDRESS
        PREFECT_API_URL GRAFANA_ADMIN_USER GRAFANA_ADMIN_PASSWORD PROMETHEUS_URL STREAMLIT_PORT
        METABASE_PORT"""
    assert set(names.split()) <= example().keys()


def test_nobody_calls_dask_or_prefect_without_a_key() -> None:
    """Their ports are open to every user of the machine, and to pages in their browsers."""
    for name, flags in (("dask-scheduler", {"--protocol"}), ("dask-worker", set())):
        words = SERVICES[name]["command"]
        assert {"--tls-ca-file", "--tls-cert", "--tls-key", *flags} <= set(words)
        assert "dask-tls:/run/pqr:ro" in SERVICES[name]["volumes"]
    assert not re.search("tcp://|ALLOW_PLAIN_TCP", TEXT)
    login = "pqr:${PREFECT_PASSWORD:?set PREFECT_PASSWORD in .env}"
    server = SERVICES["prefect"]["environment"]
    assert server["PREFECT_SERVER_API_AUTH_STRING"] == login
    assert server["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"
    assert SERVICES["pqr"]["environment"]["PREFECT_API_AUTH_STRING"] == login


def test_what_shows_figures_knows_the_reader_alone() -> None:
    for name in ("streamlit", "metrics", "metabase-provision"):
        environment = SERVICES[name]["environment"]
        assert "//bi_reader:" in environment["PQR_POSTGRES_DSN"]
        assert not any("LAKE_WRITER" in str(value) for value in environment.values())


def test_data_lies_in_named_volumes_and_configuration_is_read_only() -> None:
    named = set(yaml.safe_load(TEXT)["volumes"])
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            source, _, *mode = volume.split(":")
            assert source in named or mode == ["ro"], f"{name}: {volume}"
            if source not in named:
                assert (FILE.parent / source).exists()


def test_our_image_runs_as_nobody_special_on_locked_versions() -> None:
    text = (FILE.parent / "Dockerfile").read_text(encoding="utf-8")
    bootstrap = (ROOT / "infra" / "bootstrap.sh").read_text(encoding="utf-8")
    version = re.search(r"^UV_VERSION=(\S+)", bootstrap, re.MULTILINE)
    assert version is not None
    assert f"uv=={version[1]}" in text
    assert text.count("uv sync --locked") == 2
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10002:10002"]
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for path in source.split():
            assert (ROOT / path).exists(), path


def test_prometheus_scrapes_services_that_there_are() -> None:
    config = yaml.safe_load((FILE.parent / "prometheus" / "prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        targets = [
            target for static in job.get("static_configs", ()) for target in static["targets"]
        ]
        names = [name for dns in job.get("dns_sd_configs", ()) for name in dns["names"]]
        for name in [*names, *(target.split(":")[0] for target in targets)]:
            assert name in {*SERVICES, "localhost"}, name


def test_a_new_env_holds_every_secret_and_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "infra" / "local"
    folder.mkdir(parents=True)
    shutil.copy(FILE.parent / "new-env.sh", folder)
    shutil.copy(ROOT / ".env.example", tmp_path)
    first, second = (
        (subprocess.run([folder / "new-env.sh"], check=True), (tmp_path / ".env").read_text())[1]
        for _ in range(2)
    )
    assert first == second
    values = dict(re.findall(r"^([A-Z_]+)=(.+)$", first, re.MULTILINE))
    assert values.keys() == {name for name, must in example().items() if must}
    assert len(set(values.values())) == len(values)
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
