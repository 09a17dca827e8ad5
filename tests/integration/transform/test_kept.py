"""What dbt parsed is kept in the home, and parsed again whenever that could be wrong."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from orchestration.settings import Settings, exported
from orchestration.transform import kept
from orchestration.transform.projects import Projects

PROJECT = ("dbt_project", "macros", "seeds", "tests/dbt", "dbt_project.yml", "profiles.yml")


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the project with a home of its own, in which a project without nodes is kept."""
    for name in PROJECT:
        source, copy = settings.project_root / name, tmp_path / "project" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
    own = replace(settings, project_root=tmp_path / "project", home=tmp_path / "home")
    with exported({**own.exports(), "PQR_LAYER": "silver"}):
        kept.keep(own, "lake", Manifest())
        yield own


def _kept_file(project: Settings, count: int = 1) -> Path:
    paths = list((project.home / "dbt" / "parsed").iterdir())
    assert len(paths) == count
    return paths[0]


def test_it_is_read_by_its_owner_alone(project: Settings) -> None:
    assert kept.load(project, "lake") is not None
    assert _kept_file(project).stat().st_mode & 0o777 == 0o600
    _kept_file(project).chmod(0o622)
    assert kept.load(project, "lake") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_another_user_wrote_is_not_read(project: Settings) -> None:
    os.chown(_kept_file(project), 65534, 65534)
    assert kept.load(project, "lake") is None


def test_an_edit_makes_it_another(project: Settings) -> None:
    model = project.project_root / "macros" / "names" / "is_pqr_run.sql"
    model.write_text(model.read_text() + "\n-- another line\n", encoding="utf-8")
    assert kept.load(project, "lake") is None


def test_another_environment_makes_it_another(project: Settings) -> None:
    with exported({"PQR_LAYER": ""}):
        assert kept.load(project, "lake") is None
    with exported({"DBT_FULL_REFRESH": "1"}):
        assert kept.load(project, "lake") is None
    assert kept.load(project, "lake") is not None


def _in_database(project: Settings, name: str) -> Settings:
    postgres = project.postgres
    return replace(
        project, postgres=replace(postgres, dsn=postgres.dsn.replace(postgres.url.database, name))
    )


@pytest.mark.parametrize("target", [pytest.param("lake", marks=pytest.mark.slow), "serving"])
def test_another_database_reads_what_it_would_have_parsed(project: Settings, target: str) -> None:
    shutil.rmtree(project.home)
    Projects().read(project, target)
    other = _in_database(project, "other")
    with exported({**other.exports(), "PQR_LAYER": "silver"}):
        read = kept.load(other, target)
        shutil.rmtree(project.home)
        parsed = Projects().read(other, target)
    assert read is not None
    for name in ("nodes", "sources"):
        assert _relations(getattr(read, name)) == _relations(getattr(parsed, name)) != {}
        assert _of_graph(read, name) == _of_graph(parsed, name)


def _relations(nodes: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {key: (node.database, node.relation_name) for key, node in nodes.items()}


def _of_graph(project: Manifest, name: str) -> dict[str, dict[str, Any]]:
    return {
        key: {field: value for field, value in node.items() if field != "created_at"}
        for key, node in project.flat_graph[name].items()
    }


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x05K\x01."])
def test_a_torn_file_is_nothing(project: Settings, content: bytes) -> None:
    _kept_file(project).write_bytes(content)
    assert kept.load(project, "lake") is None


def test_what_was_torn_is_parsed_and_kept_again(project: Settings) -> None:
    _kept_file(project).write_bytes(b"")
    parsed = Projects().read(project, "lake")
    again = kept.load(project, "lake")
    assert again.nodes.keys() == parsed.nodes.keys() != set()


def test_few_are_kept(project: Settings) -> None:
    for number in range(12):
        with exported({"DBT_NUMBER": str(number)}):
            kept.keep(project, "lake", Manifest())
    assert _kept_file(project, 8).exists()
