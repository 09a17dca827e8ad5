"""The fingerprint of a run: whatever decides its bytes or its verdicts gives another one."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.flows.answered import fingerprint
from orchestration.settings import load_settings

FILES = (
    "orchestration/flows/run.py",
    "orchestration/quality/policy.yml",
    "simulator/config/pqrs_simulation_v1.yaml",
    "dbt_project/models/gold/gold_kpi_sla.sql",
    "macros/lake/export.sql",
    "seeds/dim_calendar.csv",
    "tests/dbt/assert_sum.sql",
    "infra/migrations/010_schemas.sql",
    "dbt_project.yml",
    "profiles.yml",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def key_of(root: Path, environment: dict[str, str] | None = None, **request: object) -> str:
    settings = load_settings({"PQR_HOME": "/nowhere", **(environment or {})})
    config = request.get("config")
    return fingerprint(
        replace(settings, project_root=root), request, config if isinstance(config, Path) else None
    )


@pytest.mark.parametrize("name", FILES)
def test_an_edited_a_new_and_a_missing_file_change_it(project: Path, name: str) -> None:
    before = key_of(project)
    assert key_of(project) == before
    path = project / name
    path.write_text("edited")
    edited = key_of(project)
    path.unlink()
    missing = key_of(project)
    assert len({before, edited, missing}) == 3
    path.write_text(name)
    assert key_of(project) == before
    if "/" in name:
        path.with_name("new.sql").write_text("")
        assert key_of(project) != before


def test_what_python_compiled_does_not_change_it(project: Path) -> None:
    before = key_of(project)
    (project / "orchestration/__pycache__").mkdir()
    (project / "orchestration/__pycache__/run.cpython-311.pyc").write_bytes(b"x")
    assert key_of(project) == before


@pytest.mark.parametrize(
    ("environment", "request_"),
    [
        ({"PQR_BUCKET": "other"}, {}),
        ({"PQR_S3_PORT": "20000"}, {}),
        ({"PQR_POSTGRES_DB": "other"}, {}),
        ({"PQR_POSTGRES_PORT": "20000"}, {}),
        ({"PQR_TODAY": "2025-09-01"}, {}),
        ({}, {"seed": 7}),
        ({}, {"allow_gap": True}),
    ],
)
def test_services_and_request_change_it(
    project: Path, environment: dict[str, str], request_: dict[str, object]
) -> None:
    assert key_of(project, environment, **request_) != key_of(project)


def test_the_content_of_a_named_configuration_changes_it(project: Path, tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text("seed: 1")
    before = key_of(project, config=config)
    config.write_text("seed: 2")
    assert key_of(project, config=config) != before
    config.unlink()
    assert key_of(project, config=config) != before
