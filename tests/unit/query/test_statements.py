"""What `pqr sql` refuses: by the word that was typed, with exit code 2 and one line."""

import duckdb
import pytest

from orchestration.query.statements import QueryFailed, QueryRefused, explained, queries


@pytest.fixture
def closed() -> duckdb.DuckDBPyConnection:
    """DuckDB that reaches nothing outside of itself."""
    connection = duckdb.connect()
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    return connection


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("install httpfs", "INSTALL"),
        ("load httpfs", "LOAD"),
        ("checkpoint", "CHECKPOINT"),
        ("-- see below\n /* or not */ drop table tickets", "DROP"),
        ("explain analyze delete from tickets", "DELETE"),
    ],
)
def test_a_statement_that_is_no_query_is_named_as_typed(
    closed: duckdb.DuckDBPyConnection, text: str, word: str
) -> None:
    with pytest.raises(QueryRefused, match=f"^{word} is not a query: the lake is read-only"):
        queries(closed, text)


@pytest.mark.parametrize(
    "text",
    [
        "from glob('/*')",
        "from read_csv('/etc/passwd')",
        "from duckdb_secrets()",
        "from 's3://elsewhere/part.parquet'",
        "select current_setting('s3_secret_access_key')",
        "select nothing",
        "selec 1",
    ],
)
def test_what_lies_outside_of_the_lake_is_refused_as_wrong_use(
    closed: duckdb.DuckDBPyConnection, text: str
) -> None:
    with pytest.raises(QueryRefused) as caught, explained():
        closed.execute(text)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert "INSTALL" not in str(caught.value)


def test_a_query_that_breaks_off_is_a_failure(closed: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryFailed, match="Could not convert string 'a'"), explained():
        closed.execute("select 'a'::int")
