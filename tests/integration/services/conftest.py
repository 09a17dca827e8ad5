"""`pqr` as a user runs it: a process with an environment, an exit code and two streams."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from orchestration.services import lifecycle
from orchestration.settings import PROJECT_ROOT
from tests.conftest import free_ports

Pqr = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **extra}


@pytest.fixture
def pqr() -> Pqr:
    def run(*arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            cwd=PROJECT_ROOT,
            env=environment(extra),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a home of the test's own, deleted with its services at the end."""
    s3_port, postgres_port = free_ports()
    home = tmp_path / "own home"  # a space, as in many a user's path
    yield {
        "PQR_HOME": str(home),
        "PQR_S3_PORT": str(s3_port),
        "PQR_POSTGRES_PORT": str(postgres_port),
        "PQR_PREFECT_PORT": str(postgres_port + 1),
    }
    lifecycle.delete(home)
