"""The database that a new Prefect server is given is the one that it would have made."""

import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from orchestration.services import prefect_schema
from orchestration.services.prefect_schema import DATABASE, SCHEMA, migrated, prepare

FIRST_LINE = SCHEMA.read_text(encoding="utf-8").splitlines()[0]


def _parts(schema: str) -> list[str]:
    """The lines of a schema in order: within a table migrations leave constraints in any order."""
    return sorted(line.strip().rstrip(",") for line in schema.splitlines())


def test_it_is_of_the_installed_version() -> None:
    assert FIRST_LINE.endswith(f"Prefect {version('prefect')}."), (
        "after an upgrade: python -m orchestration.services.prefect_schema"
    )


@pytest.mark.slow
def test_it_is_what_the_migrations_make() -> None:
    assert _parts(SCHEMA.read_text(encoding="utf-8")) == _parts(migrated())


def test_a_new_folder_gets_it_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]
    assert (tmp_path / DATABASE).stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        ((tables,),) = connection.execute(
            "select count(*) from sqlite_master where type = 'table'"
        ).fetchall()
    assert tables == SCHEMA.read_text(encoding="utf-8").count("CREATE TABLE ")


def test_a_database_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"of a server")
    prepare(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == b"of a server"


@pytest.mark.parametrize(
    "schema",
    ["-- Prefect 1.0.0.\nCREATE TABLE agent (id);", f"{FIRST_LINE}\nCREATE TABLE a (id);\nNO SQL;"],
    ids=["another version", "no SQL"],
)
def test_what_does_not_fit_is_left_to_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: str
) -> None:
    other = tmp_path / "other.sql"
    other.write_text(schema, encoding="utf-8")
    monkeypatch.setattr(prefect_schema, "SCHEMA", other)
    folder = tmp_path / "prefect"
    folder.mkdir()
    prepare(folder)
    assert list(folder.iterdir()) == []
