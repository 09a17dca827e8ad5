"""What options mean where they depend on another one, and numbers that are none."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

CONFIGURATION = PROJECT_ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"


def pqr(*arguments: str, folder: Path = PROJECT_ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_days_are_counted_from_the_first_day_of_the_world_that_is_named(tmp_path: Path) -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert "start: 2025-09-01" in text
    later = tmp_path / "later.yaml"
    later.write_text(text.replace("start: 2025-09-01", "start: 2025-09-08"), encoding="utf-8")
    folder = tmp_path / "raw"
    done = pqr("simulate", "--to", str(folder), "--days", "2", "--config", str(later))
    assert done.returncode == 0, done.stderr
    days = {path.name for path in folder.rglob("day=*")}
    assert days == {"day=2025-09-08", "day=2025-09-09"}


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("bronze", "R", "--quarantine-limit", "nan"), "--quarantine-limit"),
        (("bronze", "R", "--quarantine-limit=-1"), "--quarantine-limit"),
    ],
)
def test_what_is_not_a_number_of_the_range_is_named(
    arguments: tuple[str, ...], option: str
) -> None:
    done = pqr(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert f"{option} " in done.stderr
    assert " is not a number from " in done.stderr


@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("backup",), "'file'"),
        (("restore",), "'file'"),
        (("simulate", "--days", "1", "--to"), "'--to'"),
        (("simulate", "--preview", "--config"), "'--config'"),
        (("sql", "-c", "select 1", "--output"), "'--output'"),
        (("quality", "--html"), "'--html'"),
        (("report", "--period", "2025-09", "--output"), "'--output'"),
        (("export", "open-data", "--output"), "'--output'"),
        (("ingest", "FILE", "--source", "email", "--mapping"), "'--mapping'"),
        (("models", "train", "--output"), "'--output'"),
        (("models", "evaluate", "--models"), "'--models'"),
        (("models", "late-risk", "train", "--output"), "'--output'"),
        (("down", "--home"), "'--home'"),
        (("dashboard", "--address"), "'--address'"),
        (("metrics", "--address"), "'--address'"),
    ],
)
def test_a_path_or_an_address_of_blanks_is_refused(
    arguments: tuple[str, ...], named: str, blank: str, tmp_path: Path
) -> None:
    done = pqr(*arguments, blank, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"Invalid value for {named}" in done.stderr
    assert "it is empty: name " in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_home_is_named_only_to_delete_it(tmp_path: Path) -> None:
    done = pqr("down", "--home", str(tmp_path / "other"), folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "--home goes with --delete-data; PQR_HOME chooses the home to stop" in done.stderr


@pytest.mark.parametrize("blank", ["", " "])
def test_a_text_of_blanks_is_not_judged(blank: str) -> None:
    done = pqr("models", "explain", blank)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "write some words" in done.stderr


def test_no_example_names_a_folder_that_others_may_have_made() -> None:
    shown = [
        pqr(*words, "--help").stdout
        for words in (("models", "train"), ("models", "late-risk", "train"), ("simulate",))
    ]
    assert all("Example: pqr" in text for text in shown)
    assert [text for text in shown if "/tmp" in text] == []
