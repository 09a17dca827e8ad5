"""Ports that are taken, and how that is reported."""

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.services import ports, prefect_server
from orchestration.services.homes import home_of
from orchestration.services.process import PortTaken
from orchestration.settings import PORTS_FILE, load_settings


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def test_a_listener_makes_a_port_taken(taken_port: int) -> None:
    assert not ports.is_free(taken_port)


def test_a_listener_on_every_address_makes_a_port_taken() -> None:
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen(1)
        assert not ports.is_free(listener.getsockname()[1])


def test_the_holder_of_a_port_is_found(taken_port: int) -> None:
    holder = ports.owner(taken_port)
    assert holder is not None
    assert holder.pid == os.getpid()


def test_the_message_names_the_holder_and_another_port(taken_port: int) -> None:
    wanted = ports.Wanted("S3", "PQR_S3_PORT", range(taken_port, taken_port + 10))
    with pytest.raises(PortTaken) as refused:
        ports.require_free(wanted)
    said = str(refused.value)
    assert f"port {taken_port} for S3 is taken by pid {os.getpid()} (" in said
    proposed = int(said.partition("`PQR_S3_PORT=")[2].partition(" pqr up`")[0])
    assert all(ports.is_free(port) for port in range(proposed, proposed + 10))


def test_every_port_that_is_taken_is_named_at_one_time(taken_port: int) -> None:
    one = range(taken_port, taken_port + 1)
    wanted = [ports.Wanted(name, f"PQR_{name.upper()}_PORT", one) for name in ("S3", "Postgres")]
    with pytest.raises(PortTaken) as refused:
        ports.require_free(*wanted)
    said = str(refused.value)
    assert said.count(f"port {taken_port} for ") == 2
    proposed = re.findall(r"PQR_(?:S3|POSTGRES)_PORT=(\d+)", said)
    assert len(set(proposed)) == 2
    assert said.count("stop it") == 1


def test_two_services_that_want_one_port_are_named() -> None:
    base = ports.free_base(23_000, 20)
    with pytest.raises(PortTaken) as raised:
        ports.require_free(
            ports.Wanted("S3", "PQR_S3_PORT", range(base, base + 10)),
            ports.Wanted("PostgreSQL", "PQR_POSTGRES_PORT", range(base + 1, base + 2)),
        )
    said = str(raised.value)
    assert said.startswith(f"port {base + 1} is wanted for S3 ({base} to {base + 9}) and for Postg")
    assert re.search(r"choose another port: `PQR_POSTGRES_PORT=\d+ pqr up`$", said)


@pytest.mark.parametrize(
    ("argv", "home"),
    [
        (("/venv/bin/weed", "mini", "-dir=/else where/.pqr/s3"), "/else where/.pqr"),
        (("/bin/postgres", "-D", "/other/.pqr/postgres/data", "-c", "x=y"), "/other/.pqr"),
        (("python", "-m", "http.server"), None),
        (("postgres", "-D", "/var/lib/postgresql/17/main"), None),
    ],
)
def test_a_service_of_another_home_is_recognised(argv: tuple[str, ...], home: str | None) -> None:
    assert home_of(argv) == (None if home is None else Path(home))


def test_the_port_that_prefect_had_is_given_up_and_one_that_is_asked_for_is_not(
    tmp_path: Path, taken_port: int
) -> None:
    (tmp_path / PORTS_FILE).write_text(json.dumps({"prefect": taken_port}))
    home = {"PQR_HOME": str(tmp_path)}
    other = prefect_server.chosen_port(load_settings(home))
    assert other != taken_port
    assert ports.is_free(other)
    asked = load_settings({**home, "PQR_PREFECT_PORT": str(taken_port)})
    assert prefect_server.chosen_port(asked) == taken_port
    (tmp_path / PORTS_FILE).write_text(json.dumps({"prefect": other}))
    assert prefect_server.chosen_port(load_settings(home)) == other
