"""Plain dbt as the guide has it: what it says where it cannot work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from orchestration.settings import Settings, exported
from orchestration.transform.projects import GLOBAL_OPTIONS, Projects, dbt_options
from tests.conftest import free_ports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


def test_without_services_it_says_in_one_line_what_starts_them(tmp_path: Path) -> None:
    s3, postgres = free_ports()
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--select", "gold_kpi_volume",
         "--target-path", tmp_path / "target"],
        env={
            **os.environ,
            "PQR_HOME": str(tmp_path / "home"),
            "PQR_S3_PORT": str(s3),
            "PQR_POSTGRES_PORT": str(postgres),
        },
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    (line,) = [line for line in done.stdout.splitlines() if "does not answer" in line]
    assert f"127.0.0.1:{s3}" in line
    assert "`pqr up`" in line
    assert "Traceback" not in done.stdout + done.stderr


def test_no_declared_test_is_left_out_of_a_build(settings: Settings) -> None:
    """A test is only run where the selection of its target has all that it reads."""
    options = dbt_options(settings, "lake")
    with exported(settings.exports()):
        project = Projects().parsed(settings, "lake")
        names = dbtRunner(manifest=project).invoke(
            [
                *options[:GLOBAL_OPTIONS],
                *("ls", "--resource-type", "test", "--output", "name"),
                *options[GLOBAL_OPTIONS:],
            ]
        )
    assert names.success
    declared = {node.name for node in project.nodes.values() if node.resource_type == "test"}
    assert declared - set(names.result) == set()


def test_without_its_password_the_serving_target_names_the_variable(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--target", "serving",
         "--target-path", tmp_path / "target"],
        env={**os.environ, "PQR_HOME": str(tmp_path / "home")},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Env var required but not provided: 'PQR_POSTGRES_PASSWORD'" in done.stdout
