"""Services that the environment names: used as they are, checked, never started in their place.

The session's own services stand in for them, seen from another home.
"""

import json
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.conftest import free_ports
from tests.integration.services.conftest import Pqr

pytestmark = pytest.mark.slow


@pytest.fixture
def named(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """An environment of another home and other ports, with the endpoints of the session."""
    s3_port, postgres_port = free_ports()
    exports = settings.exports()
    services = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return {
        **{name: exports[name] for name in services},
        "PQR_POSTGRES_DSN": settings.postgres.admin_dsn,
        "PQR_HOME": str(tmp_path / "elsewhere"),
        "PQR_S3_PORT": str(s3_port),
        "PQR_POSTGRES_PORT": str(postgres_port),
        "PQR_PREFECT_PORT": str(postgres_port + 1),
        "PQR_BUCKET": settings.s3.bucket,
    }


def test_named_services_are_used_and_nothing_is_started(pqr: Pqr, named: dict[str, str]) -> None:
    done = pqr("up", **named)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("from the environment") == 2
    home = Path(named["PQR_HOME"])
    assert not (home / "s3").exists()
    assert not (home / "postgres").exists()
    found = json.loads(pqr("status", "--json", **named).stdout)
    assert (found["s3"]["mode"], found["postgres"]["mode"]) == ("external", "external")
    stopped = pqr("down", **named)
    assert stopped.stdout.count("was not running") == 2
    assert pqr("status", **named).returncode == 0


def test_another_homes_services_may_be_named_even_on_our_own_ports(
    pqr: Pqr, settings: Settings, tmp_path: Path
) -> None:
    shared = {**settings.exports(), "PQR_HOME": str(tmp_path / "guest")}
    done = pqr("up", **shared)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("from the environment") == 2
    stopped = pqr("down", **shared)
    assert stopped.returncode == 0, stopped.stderr
    assert stopped.stdout.split()[0] == "Prefect"


@pytest.mark.parametrize(
    ("changed", "exit_code", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, 3, "refuses access key pqr-"),
        ({"AWS_ACCESS_KEY_ID": "wrong"}, 3, "refuses access key wrong"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, 3, "S3 at http://127.0.0.1:1 cannot be rea"),
        (
            {"AWS_ENDPOINT_URL": "nonsense"},
            2,
            "AWS_ENDPOINT_URL=nonsense is not a valid S3 endpoint",
        ),
        ({"AWS_ENDPOINT_URL": "http://no-such-host.invalid:9000"}, 3, "no-such-host.invalid"),
        (
            {"PQR_POSTGRES_DSN": "postgresql://u:p@127.0.0.1:1/d"},
            3,
            "Postgres at 127.0.0.1:1",
        ),
        (
            {"PQR_POSTGRES_DSN": "postgresql://u:p@no-such-host.invalid/d"},
            3,
            "no-such-host.invalid",
        ),
        ({"PQR_POSTGRES_DSN": "nonsense"}, 2, "PQR_POSTGRES_DSN is not a valid PostgreSQL URL"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_exit_code(
    pqr: Pqr, named: dict[str, str], changed: dict[str, str], exit_code: int, said: str
) -> None:
    done = pqr("up", **{**named, **changed})
    assert done.returncode == exit_code, done.stderr
    assert done.stderr.count("\n") == 1
    assert said in done.stderr.replace("PostgreSQL at", "Postgres at")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (":PASSWORD@", ":wrong@", "refuses pqr_admin"),
        ("/pqr_lakehouse", "/no_such_database", "refuses pqr_admin on database no_such_database"),
    ],
)
def test_a_refused_login_is_one_line(
    pqr: Pqr, settings: Settings, named: dict[str, str], old: str, new: str, said: str
) -> None:
    old = old.replace("PASSWORD", settings.secrets.password("pqr_admin"))
    done = pqr("up", **{**named, "PQR_POSTGRES_DSN": named["PQR_POSTGRES_DSN"].replace(old, new)})
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert "wrong" not in done.stderr
