"""Lines of both paths as one table: in order, and without a second event of an id.

DuckDB on one thread, and only for the objects that need it: most are in order as they come.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import duckdb
import pyarrow as pa

from orchestration.bronze.table import JUDGED

_MEMORY_LIMIT: Final = "512MB"


@dataclass(frozen=True)
class Duplicate:
    """A line whose event_id an earlier line has, with the same payload or another."""

    line_no: int
    event_id: str
    first_line: int
    is_same: bool


@dataclass(frozen=True)
class Merged:
    """Events in the order of (ts, event_id), the first line of each id; and the later ones."""

    events: pa.Table
    duplicates: tuple[Duplicate, ...]


def merge(canonical: pa.Table, slow: pa.Table) -> Merged:
    """Merge two tables of the schema `table.JUDGED`."""
    engine = _engine()
    engine.register("lines", pa.concat_tables([canonical, slow]))
    try:
        later = engine.execute(
            """
            select line_no, event_id, first_line, payload = first_payload
            from (
                select
                    line_no, event_id, {t: ticket_id, e: event_type, s: ts, d: data} as payload,
                    first_value(line_no) over same_event as first_line,
                    first_value(payload) over same_event as first_payload
                from lines
                where event_id in (select event_id from lines group by all having count(*) > 1)
                window same_event as (partition by event_id order by line_no)
            )
            where line_no > first_line
            order by line_no
            """
        ).fetchall()
        events = engine.execute(
            "select * from lines where line_no not in (select unnest(?::bigint[]))"
            " order by ts, event_id",
            [[line_no for line_no, *_ in later]],
        ).to_arrow_table()
    finally:
        engine.unregister("lines")
    return Merged(events.cast(JUDGED), tuple(Duplicate(*row) for row in later))


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine a process: opening one costs as much as judging thousands of lines."""
    connection = duckdb.connect(
        config={
            "threads": "1",
            "memory_limit": _MEMORY_LIMIT,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection
