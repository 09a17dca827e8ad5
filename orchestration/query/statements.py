"""Which statements are queries, and what DuckDB says of the others, in one line."""

import re

import duckdb

from orchestration.errors import UsageError, WorkFailed

_BEFORE = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_EXPLAIN = re.compile(_BEFORE + r"explain(?:\s+analyze)?(?:\s*\([^)]*\))?\s", re.I | re.S)
_FIRST_WORD = re.compile(_BEFORE + r"(\w+)", re.S)
_REFUSED = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
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
            line = " ".join(str(error).split())
            # DuckDB would advise to install and load it, which is refused as well.
            if extension := re.search(r"required extension '(\w+)'", line):
                raise QueryRefused(
                    f"this needs DuckDB's extension {extension[1]}, and none can be loaded here"
                ) from None
            raise (QueryRefused if isinstance(error, _REFUSED) else QueryFailed)(
                line[:500]
            ) from None


def queries(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    """The statements of a text. Raises QueryRefused: one is not a query, or cannot be parsed."""
    with explained():
        found = connection.extract_statements(text)
    for statement in found:
        kind, query = statement.type, statement.query
        if kind == duckdb.StatementType.EXPLAIN:
            # EXPLAIN ANALYZE runs what it explains.
            match = _EXPLAIN.match(query)
            query = query[match.end() :] if match else ""
            with explained():
                inner = connection.extract_statements(query)
            kind = inner[0].type if len(inner) == 1 else kind
        if kind != duckdb.StatementType.SELECT:
            # As it was typed: DuckDB says LOAD of an INSTALL, and CALL of a CHECKPOINT.
            typed = _FIRST_WORD.match(query)
            word = typed[1].upper() if typed else kind.name
            raise QueryRefused(
                f"{word} is not a query: the lake is read-only here; SELECT, WITH, FROM,"
                " VALUES, SHOW, DESCRIBE, SUMMARIZE and EXPLAIN are answered"
            )
    return [statement.query for statement in found]
