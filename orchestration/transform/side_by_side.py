"""A dbt-duckdb plugin: SQL lets several statements run at the same time.

`side_by_side(statements, at_once)` runs each in a connection of its own to the same database, and
returns how many there were. With `set threads = 1` each keeps to its own thread, so that what it
writes does not depend on the others.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Registers the function; profiles.yml names this module."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the function to a new connection."""

        def side_by_side(statements: Sequence[str], at_once: int) -> int:
            with ThreadPoolExecutor(at_once) as pool:
                list(pool.map(lambda statement: _run(conn, statement), statements))
            return len(statements)

        create: Any = conn.create_function
        # A second connection to the same database has it already.
        with suppress(duckdb.CatalogException):
            create(
                "side_by_side", side_by_side, ["VARCHAR[]", "BIGINT"], "BIGINT", side_effects=True
            )


def _run(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
