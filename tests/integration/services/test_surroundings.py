"""Variables of other programs: services are reached regardless, or one line names the variable."""

from pathlib import Path

import pytest

from tests.integration.services.conftest import Pqr

DEAD = "http://127.0.0.1:9"

REACHED = [
    {"HTTP_PROXY": DEAD, "http_proxy": DEAD},
    {"HTTPS_PROXY": DEAD, "ALL_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "example.org"},
    {"AWS_PROFILE": "no-such-profile"},
    {"AWS_CONFIG_FILE": "/no/such/file", "AWS_SHARED_CREDENTIALS_FILE": "/no/such/file"},
    {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"},
    {"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "wild"},
    {"AWS_ENDPOINT_URL_S3": DEAD, "AWS_CA_BUNDLE": "/no/such/file"},
    {"PGHOST": "db.example.org", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "x"},
    {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/no/such/file"},
    {"PGSERVICE": "no-such-service", "PGSERVICEFILE": "/no/such/file"},
    {"PGOPTIONS": "-c search_path=nowhere -c statement_timeout=1"},
    {"PGPASSFILE": "/no/such/file", "PGPASSWORD": "wrong", "PGREQUIREAUTH": "none"},
    {"PGCLIENTENCODING": "LATIN1", "PGTARGETSESSIONATTRS": "read-only"},
    {"PREFECT_PROFILE": "no-such-profile"},
    {"PYTHONWARNINGS": "error"},
    {"TMPDIR": "/no/such/folder"},
    {"LC_ALL": "xx_YY.ISO-8859-1", "LANG": "C"},
    {"COLUMNS": "nonsense", "TERM": "nonsense"},
]


@pytest.mark.parametrize("surroundings", REACHED, ids=lambda found: "+".join(found))
def test_the_services_are_reached(pqr: Pqr, lake_home: Path, surroundings: dict[str, str]) -> None:
    done = pqr("status", PQR_HOME=str(lake_home), **surroundings)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize(
    ("surroundings", "command", "exit_code", "said"),
    [
        ({"SSL_CERT_FILE": "/no/such/file"}, "run", 2, "SSL_CERT_FILE=/no/such/file does not ex"),
        ({"REQUESTS_CA_BUNDLE": "/no/such"}, "status", 2, "REQUESTS_CA_BUNDLE=/no/such does not"),
        ({"HTTP_PROXY": "http://:x"}, "status", 2, "HTTP_PROXY=http://:x is not the address of"),
        ({"PREFECT_API_URL": f"{DEAD}/api"}, "run", 3, f"PREFECT_API_URL={DEAD}/api does not ans"),
        ({"PREFECT_SERVER_API_PORT": "abc"}, "run", 2, "PREFECT_SERVER_API_PORT=abc is refused"),
        ({"DASK_SCHEDULER_ADDRESS": "x"}, "run", 2, "DASK_SCHEDULER_ADDRESS=x is no Dask addre"),
        ({"PQR_DASK_TLS_CA": "/no/such"}, "status", 2, "PQR_DASK_TLS_CERT is not"),
        ({"PQR_HOME": "/dev/null/home"}, "up", 2, "PQR_HOME=/dev/null/home cannot be made"),
        ({"PQR_HOME": "/tmp/a\nb"}, "status", 2, "has a control character"),
        ({"AWS_ENDPOINT_URL": DEAD}, "status", 2, "AWS_ACCESS_KEY_ID is not"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_what_is_wrong_is_named_in_one_line(
    pqr: Pqr,
    lake_home: Path,
    surroundings: dict[str, str],
    command: str,
    exit_code: int,
    said: str,
) -> None:
    done = pqr(command, **{"PQR_HOME": str(lake_home), **surroundings})
    assert done.returncode == exit_code, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
