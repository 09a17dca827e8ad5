"""Which statements are queries, and what DuckDB says of the others, in one line."""

import re

import duckdb

from orchestration.errors import UsageError, WorkFailed

_EXPLAIN = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*explain(?:\s+analyze)?(?:\s*\([^)]*\))?\s", re.I | re.S
)


class QueryRefused(UsageError):
    """A statement that is not a query, or that DuckDB does not understand."""


class QueryFailed(WorkFailed):
    """A query that broke off."""


class explained:  # noqa: N801 -- read as a word: with explained()
    """Turns what DuckDB says into one line with an exit code."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise QueryRefused or QueryFailed in place of an error of DuckDB."""
        if isinstance(error, duckdb.Error):
            line = " ".join(str(error).split())[:500]
            ours = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
            raise (QueryRefused if isinstance(error, ours) else QueryFailed)(line) from None


def queries(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    """The statements of a text. Raises QueryRefused: one is not a query, or cannot be parsed."""
    with explained():
        found = connection.extract_statements(text)
    for statement in found:
        kind, query = statement.type, statement.query
        if kind == duckdb.StatementType.EXPLAIN:
            # EXPLAIN ANALYZE runs what it explains.
            match = _EXPLAIN.match(query)
            with explained():
                inner = connection.extract_statements(query[match.end() :]) if match else []
            kind = inner[0].type if len(inner) == 1 else kind
        if kind != duckdb.StatementType.SELECT:
            raise QueryRefused(
                f"{kind.name} is not a query: the lake is read-only here; SELECT, WITH, FROM,"
                " VALUES, SHOW, DESCRIBE, SUMMARIZE and EXPLAIN are answered"
            )
    return [statement.query for statement in found]
