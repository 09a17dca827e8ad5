"""Variables that a user's shell may hold for other programs, and what the command makes of them.

`python -m tests.integration.services.surroundings > docs/surroundings.md` tries them on the
services of PQR_HOME and writes the page.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

DEAD = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Situation:
    """Variables, and the command that is typed. `said` is part of its one line on stderr."""

    variables: dict[str, str]
    command: str = "status"
    exit_code: int = 0
    said: str = ""

    def __str__(self) -> str:
        return "+".join(self.variables)


REACHED = [
    Situation({"HTTP_PROXY": DEAD, "http_proxy": DEAD}),
    Situation({"HTTPS_PROXY": DEAD, "ALL_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "a.example"}),
    Situation({"AWS_PROFILE": "no-such-profile"}),
    Situation({"AWS_CONFIG_FILE": "/no/such/file", "AWS_SHARED_CREDENTIALS_FILE": "/no/such/file"}),
    Situation(
        {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}
    ),
    Situation({"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "wild"}),
    Situation({"AWS_ENDPOINT_URL_S3": DEAD, "AWS_CA_BUNDLE": "/no/such/file"}),
    Situation(
        {"PGHOST": "db.example.org", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "x"}
    ),
    Situation({"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/no/such/file"}),
    Situation({"PGSERVICE": "no-such-service", "PGSERVICEFILE": "/no/such/file"}),
    Situation({"PGOPTIONS": "-c search_path=nowhere -c statement_timeout=1"}),
    Situation({"PGPASSFILE": "/no/such/file", "PGPASSWORD": "wrong", "PGREQUIREAUTH": "none"}),
    Situation({"PGCLIENTENCODING": "LATIN1", "PGTARGETSESSIONATTRS": "read-only"}),
    Situation({"PREFECT_PROFILE": "no-such-profile"}),
    Situation({"PYTHONWARNINGS": "error"}),
    Situation({"PYTHONPATH": "/no/such/folder"}),
    Situation({"DBT_EMPTY": "true", "DBT_EXCLUDE_RESOURCE_TYPES": "test"}),
    Situation({"TMPDIR": "/no/such/folder"}),
    Situation({"LC_ALL": "xx_YY.ISO-8859-1", "LANG": "C"}),
    Situation({"COLUMNS": "nonsense", "TERM": "nonsense"}),
]
NAMED = [
    Situation({"SSL_CERT_FILE": "/no/such/file"}, "run", 2, "SSL_CERT_FILE=/no/such/file does not"),
    Situation(
        {"REQUESTS_CA_BUNDLE": "/no/such"}, "status", 2, "REQUESTS_CA_BUNDLE=/no/such does n"
    ),
    Situation({"HTTP_PROXY": "http://:x"}, "status", 2, "HTTP_PROXY=http://:x is not the address"),
    Situation({"PREFECT_API_URL": f"{DEAD}/api"}, "run", 3, f"PREFECT_API_URL={DEAD}/api does not"),
    Situation({"PREFECT_SERVER_API_PORT": "abc"}, "run", 2, "PREFECT_SERVER_API_PORT=abc is refu"),
    Situation({"DASK_SCHEDULER_ADDRESS": "x"}, "run", 2, "DASK_SCHEDULER_ADDRESS=x is not a"),
    Situation(
        {"DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:9"}, "doctor", 2, "scheduler tcp://127.0.0.1:9"
    ),
    Situation({"PQR_DASK_TLS_CA": "/no/such"}, "status", 2, "PQR_DASK_TLS_CERT is not"),
    Situation({"PQR_HOME": "/dev/null/home"}, "up", 2, "PQR_HOME=/dev/null/home cannot be made"),
    Situation({"PQR_HOME": "/tmp/a\nb"}, "status", 2, "has a control character"),
    Situation({"AWS_ENDPOINT_URL": DEAD}, "status", 2, "AWS_ACCESS_KEY_ID is not"),
    Situation({"PQR_POSTGRES_DSN": "nonsense"}, "status", 2, "PQR_POSTGRES_DSN is not a valid"),
    Situation({"PQR_S3_PORT": "80"}, "status", 2, "PQR_S3_PORT=80 is not a whole number from 1024"),
    Situation({"OPENLINEAGE_URL": "nonsense"}, "run", 2, "OPENLINEAGE_URL=nonsense is not a valid"),
]
# What `pqr doctor` says of each, in a line of its own; exit code and a part of the line.
EXAMINED = [
    Situation({"HTTP_PROXY": DEAD, "no_proxy": ""}, "doctor", 0, "without the proxy of HTTP_PROXY"),
    Situation({"AWS_PROFILE": "x", "PGHOST": "x"}, "doctor", 0, "AWS_PROFILE, PGHOST"),
    Situation({"TMPDIR": "/no/such"}, "doctor", 0, "TMPDIR=/no/such cannot be written to"),
    Situation({"PREFECT_API_URL": f"{DEAD}/api"}, "doctor", 3, f"PREFECT_API_URL={DEAD}/api does"),
    Situation({"OPENLINEAGE_URL": DEAD}, "doctor", 0, "does not answer (Connection refused)"),
    Situation(
        {"DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:9", "PQR_DASK_ALLOW_PLAIN_TCP": "true"},
        "doctor", 3, "the Dask scheduler at tcp://127.0.0.1:9 does not answer",
    ),
]  # fmt: skip


def try_situation(situation: Situation, home: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Type the command with the services of `home`."""
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", situation.command],
        env={**os.environ, **home, **situation.variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


HEAD = """# Surroundings

Variables that a shell may hold for other programs, and what `pqr` makes of them: the services of
the home are reached regardless, or one line names the variable, its value and a way out. Made by
`python -m tests.integration.services.surroundings`; the situations are tests
([test_surroundings.py](../tests/integration/services/test_surroundings.py)).

| variables | command | exit code | printed |
|---|---|---|---|"""


def row_of(situation: Situation, exit_code: int, printed: str) -> str:
    """A row of the table, without what differs from machine to machine."""
    variables = " ".join(f"{name}={value}" for name, value in situation.variables.items())
    said = re.sub(re.escape(os.environ.get("PQR_HOME", ".pqr")), "PQR_HOME", printed)
    said = re.sub(r"pid \d+", "pid N", re.sub(r"(?<=127\.0\.0\.1:)\d{2,}", "PORT", said))
    cells = (variables, f"pqr {situation.command}", str(exit_code), " ".join(said.split()))
    shown = (repr(cell)[1:-1].replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(f"`{cell}`" if n != 2 else cell for n, cell in enumerate(shown)) + " |"


def main() -> None:
    """Print the page."""
    print(HEAD)
    for situation in (*REACHED, *NAMED, *EXAMINED):
        done = try_situation(situation, {})
        lines = (done.stderr or done.stdout).splitlines()
        line = next((line for line in lines if situation.said and situation.said in line), "")
        line = line or ", ".join(" ".join(line.split()[:2]) for line in lines)
        print(row_of(situation, done.returncode, line), flush=True)


if __name__ == "__main__":
    main()
