"""A command finds a place for Prefect's state, or says why it has none."""

from pathlib import Path

import pytest

from orchestration.cli.prefect_environment import prefect_environment
from orchestration.errors import UsageError
from orchestration.settings import load_settings


def test_a_home_that_nobody_has_made_yet_is_made(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"
    with prefect_environment(load_settings({"PQR_HOME": str(home)})) as unshown:
        assert home.is_dir()
        assert "`pqr up`" in unshown


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("")
    with (
        pytest.raises(UsageError, match=f"PQR_HOME={home} cannot be used"),
        prefect_environment(load_settings({"PQR_HOME": str(home)})),
    ):
        pass
