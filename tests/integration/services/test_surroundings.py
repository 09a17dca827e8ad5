"""Variables of other programs: services are reached regardless, or one line names the variable."""

from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.integration.services.conftest import Pqr
from tests.integration.services.surroundings import (
    EXAMINED,
    NAMED,
    REACHED,
    Situation,
    row_of,
    try_situation,
)


def test_all_of_them_together_change_nothing(lake_home: Path) -> None:
    together = Situation(
        {name: value for situation in REACHED for name, value in situation.variables.items()}
    )
    done = try_situation(together, {"PQR_HOME": str(lake_home)})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("situation", REACHED, ids=str)
def test_the_services_are_reached(lake_home: Path, situation: Situation) -> None:
    done = try_situation(situation, {"PQR_HOME": str(lake_home)})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("situation", NAMED, ids=str)
def test_what_is_wrong_is_named_in_one_line(lake_home: Path, situation: Situation) -> None:
    done = try_situation(situation, {"PQR_HOME": str(lake_home)})
    said = done.stdout if situation.command == "doctor" else done.stderr
    assert done.returncode == situation.exit_code, done.stderr
    (line,) = [line for line in said.splitlines() if " ok " not in line]
    assert situation.said in line


@pytest.mark.slow
@pytest.mark.parametrize("situation", EXAMINED, ids=str)
def test_the_doctor_says_what_becomes_of_a_variable(lake_home: Path, situation: Situation) -> None:
    done = try_situation(situation, {"PQR_HOME": str(lake_home)})
    assert (done.returncode, done.stderr) == (situation.exit_code, ""), done.stdout
    (line,) = [line for line in done.stdout.splitlines() if situation.said in line]
    assert (" problem " in line) == (situation.exit_code != 0)


def test_the_page_has_a_row_of_each_situation() -> None:
    page = (PROJECT_ROOT / "docs" / "surroundings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for situation, row in zip((*REACHED, *NAMED, *EXAMINED), rows, strict=True):
        wanted = row_of(situation, situation.exit_code, situation.said)
        assert row.startswith(wanted.rpartition(" | ")[0])
        said = wanted.rpartition(" | `")[2].removesuffix("` |")
        assert said in row


def test_the_doctor_names_each_wrong_variable(pqr: Pqr, lake_home: Path) -> None:
    wrong = {
        "HTTPS_PROXY": "http://:x", "SSL_CERT_DIR": "/no/such", "PQR_TODAY": "yesterday",
        "DASK_SCHEDULER_ADDRESS": "x", "PQR_LOG_FORMAT": "xml", "PQR_POSTGRES_PORT": "99999",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "PQR_BUCKET": "UPPER", "PQR_DASK_MEMORY": "much",
    }  # fmt: skip
    done = pqr("doctor", PQR_HOME=str(lake_home), **wrong)
    assert (done.returncode, done.stderr) == (2, ""), done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == len(wrong)
    for name, value in wrong.items():
        assert any(f"{name}={value}" in line for line in lines), name


def test_the_exports_take_away_what_another_client_would_heed(pqr: Pqr, lake_home: Path) -> None:
    others = {"PGSERVICE": "x", "PGHOSTADDR": "192.0.2.1", "AWS_PROFILE": "x"}
    said = pqr("env", PQR_HOME=str(lake_home), **others).stdout.splitlines()
    for name in others:
        assert f"unset {name}" in said
    assert not [line for line in said if line == "unset AWS_ACCESS_KEY_ID"]
