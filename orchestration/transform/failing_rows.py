"""The first rows that a failed test of keys or days found, in words for the reason."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from orchestration.wording import printable, shown

if TYPE_CHECKING:
    from orchestration.transform.dbt import NodeResult

# Their rows are days, ids and values of lists. Those of other tests may hold what a citizen wrote.
_NAMED: Final = ("every_day_has_its_grid", "every_day_is_there", "grain_is_unique")


def with_rows(nodes: Iterable["NodeResult"]) -> tuple["NodeResult", ...]:
    """The nodes; those of such tests that failed in DuckDB, which is still open, name rows."""
    return tuple(
        replace(node, rows=_rows_of(node.node)) if _is_named(node) else node for node in nodes
    )


def _is_named(node: "NodeResult") -> bool:
    metadata: Mapping[str, Any] = node.node.get("test_metadata") or {}
    return node.status == "fail" and metadata.get("name") in _NAMED


def _rows_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    import duckdb
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # A row that cannot be read again must not hide that the test failed.
    with contextlib.suppress(duckdb.Error, RuntimeError):
        engine: Any = DuckDBConnectionManager.env()
        with contextlib.closing(engine.handle().cursor()) as cursor:
            return first_rows(cursor, str(node.get("compiled_code", "")))
    return ()


def first_rows(cursor: Any, query: str) -> tuple[str, ...]:
    """The first row of a query; of one that names a `problem`, the first of each."""
    cursor.execute(f"select * from ({query}) as found limit 0")
    has_problem = "problem" in [column[0] for column in cursor.description]
    chosen, limit = ("distinct on (problem)", "") if has_problem else ("", "limit 1")
    cursor.execute(f"select {chosen} * from ({query}) as found order by all {limit}")
    columns = [column[0] for column in cursor.description]
    return tuple(_said(dict(zip(columns, row, strict=True))) for row in cursor.fetchall())


def _said(row: Mapping[str, object]) -> str:
    problem = row.get("problem")
    cells = ", ".join(
        f"{column} {'null' if value is None else shown(str(value))}"
        for column, value in row.items()
        if column != "problem"
    )
    return printable(f"{problem}: {cells}" if problem else cells, 200)
