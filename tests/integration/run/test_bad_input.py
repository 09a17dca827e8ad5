"""Bad input of `pqr run`: one line that names it, an exit code, nothing written."""

from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory


@pytest.fixture(scope="module")
def empty(new_lake: LakeFactory) -> Lake:
    return new_lake()


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["--seed", "many"], 2, "many"),
        (["--start", "2025-13-01"], 2, "2025-13-01"),
        (["--start", "2025-09-05", "--end", "2025-09-01"], 2, "2025-09-01"),
        (["--start", "2020-01-01", "--days", "1"], 2, "2020-01-01"),
        (["--days", "0"], 2, "0"),
        (["--scenario", "flood"], 2, "flood"),
        (["--config", "missing.yaml"], 2, "missing.yaml"),
        (["--start", "2025-10-01", "--days", "1"], 1, "2025-09-01"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(
    empty: Lake, arguments: list[str], code: int, named: str
) -> None:
    done = empty.pqr("run", *arguments)
    assert done.returncode == code, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_configuration_key_is_named(empty: Lake, tmp_path: Path) -> None:
    source = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
    config = tmp_path / "config.yaml"
    config.write_text(source.read_text(encoding="utf-8") + "\nvolumen: 3\n", encoding="utf-8")
    done = empty.pqr("run", "--config", str(config))
    assert done.returncode == 2
    assert "volumen" in done.stderr
    assert "Traceback" not in done.stderr


def test_unreachable_services_and_wrong_credentials_exit_with_3(empty: Lake) -> None:
    dsn = "postgresql://lake_writer:x@127.0.0.1:9/pqr_lakehouse"
    for variables in (
        {"PQR_POSTGRES_DSN": dsn},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_SECRET_ACCESS_KEY": "other"},
        {"AWS_SECRET_ACCESS_KEY": "other"},
    ):
        done = empty.pqr("run", "--days", "1", **variables)
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr
