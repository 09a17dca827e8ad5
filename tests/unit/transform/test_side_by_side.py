"""Statements that run at the same time: all of them, each whole, and a failure is told."""

from pathlib import Path

import duckdb
import pytest

from orchestration.transform.side_by_side import Plugin


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    Plugin("side_by_side", {}).configure_connection(found)
    found.execute("set threads = 1")
    found.execute("create table numbers as select range as n from range(100_000)")
    return found


def copy(folder: Path, number: int) -> str:
    part = folder / f"{number}.parquet"
    return f"copy (select n from numbers where n % 7 = {number} order by n desc) to '{part}'"


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_each_statement_writes_what_it_writes_alone(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, at_once: int
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    for folder in (alone, together):
        folder.mkdir()
    for number in range(7):
        connection.execute(copy(alone, number))
    statements = [copy(together, number) for number in range(7)]
    answer = connection.execute("select side_by_side(?, ?)", [statements, at_once]).fetchall()
    assert answer == [(7,)]
    for number in range(7):
        name = f"{number}.parquet"
        assert (alone / name).read_bytes() == (together / name).read_bytes()


def test_what_a_statement_says_is_passed_on(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    nowhere = tmp_path / "no folder" / "x"
    with pytest.raises(duckdb.Error, match="no folder"):
        connection.execute("select side_by_side(?, 2)", [[copy(nowhere, 1), "select 1"]])
