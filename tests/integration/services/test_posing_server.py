"""Another user listens on the port of a PostgreSQL that is down, and asks for its passwords."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.services import lifecycle
from orchestration.settings import load_settings
from tests.integration.services.conftest import Pqr

ATTACKER = Path(__file__).with_name("attacker.py")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
# Each of the three roles, by whichever client reads or writes as it; dbt has clients of its own.
COMMANDS = (
    ("runs",),
    ("backup", "never.dump"),
    ("report", "--period", "2025-09"),
    ("metrics", "--once"),
    ("lake", "tables"),
)


def test_no_command_tells_a_posing_server_its_password(
    pqr: Pqr, own_home: dict[str, str], tmp_path: Path
) -> None:
    lifecycle.up(load_settings(own_home))
    lifecycle.down(Path(own_home["PQR_HOME"]))
    with subprocess.Popen(
        [sys.executable, str(ATTACKER), "postgres", own_home["PQR_POSTGRES_PORT"]],
        stdout=subprocess.PIPE,
        text=True,
    ) as posing:
        assert posing.stdout is not None
        try:
            assert posing.stdout.readline() == "ready\n"
            for command in COMMANDS:
                done = pqr(*command, **own_home)
                assert done.returncode != 0, command
                assert "Traceback" not in done.stderr
                assert posing.stdout.readline() == "refused\n", command
            built = subprocess.run(
                [Path(sys.executable).with_name("dbt"), "debug", "--log-path", tmp_path],
                env={**os.environ, **own_home},
                capture_output=True,
                text=True,
                check=False,
            )
            assert built.returncode != 0
            assert "require_auth" in built.stdout or "authentication method" in built.stdout
            assert posing.stdout.readline() == "refused\n"
        finally:
            posing.kill()
        rest = posing.stdout.read()
    assert "READ" not in rest
    assert rest.count("refused") == rest.count("\n")


def test_other_programs_get_an_address_that_an_old_psql_reads(
    pqr: Pqr, own_home: dict[str, str]
) -> None:
    lifecycle.up(load_settings(own_home))
    printed = pqr("env", **own_home).stdout
    assert "export PQR_POSTGRES_DSN=postgresql://lake_writer:" in printed
    assert "require_auth" not in printed
