"""The events of an object in order, and without a second event of an id: in memory or on disk.

DuckDB on one thread, and only for the objects that need it: those of several blocks, and those in
which an id stands twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.bronze.table import JUDGED, QUARANTINE, ROW_GROUP

Integers = npt.NDArray[np.int64]

_NONE: Final = np.empty(0, np.int64)
_MEMORY_LIMIT: Final = "512MB"
# On disk; what lies beyond it is spilled. A worker also holds a block and its lines.
_SPILLING_MEMORY_LIMIT: Final = "384MB"
# Rows read at once: a row group is a whole number of batches, and a batch is small even if each
# text is as long as it may be.
_BATCH_ROWS: Final = ROW_GROUP // 60

# The first line of an id stays; a later one is set aside, whether it says the same or not.
_LATER: Final = """
    create or replace temp table later as
    select
        line.line_no, line.event_id, first.line_no as first_line,
        {t: line.ticket_id, e: line.event_type, s: line.ts, d: line.data}
            = {t: first.ticket_id, e: first.event_type, s: first.ts, d: first.data} as is_same
    from lines as line
    join (
        select event_id, min(line_no) as first_line from lines group by all having count(*) > 1
    ) as repeated on line.event_id = repeated.event_id and line.line_no > repeated.first_line
    join lines as first on first.line_no = repeated.first_line
"""
_EVENTS: Final = "select lines.* from lines anti join later using (line_no) order by ts, event_id"


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
    """Merge two tables of the schema `table.JUDGED` in memory."""
    lines = pa.concat_tables([canonical, slow]).combine_chunks()
    if pc.count_distinct(lines["event_id"]).as_py() == len(lines):
        return Merged(lines.sort_by([("ts", "ascending"), ("event_id", "ascending")]), ())
    engine = _engine()
    engine.register("lines", lines)
    try:
        engine.execute(_LATER)
        later = engine.execute("from later order by line_no").fetchall()
        events = engine.execute(_EVENTS).to_arrow_table()
    finally:
        engine.unregister("lines")
    return Merged(events.cast(JUDGED), tuple(Duplicate(*row) for row in later))


class Spill:
    """The events and quarantined lines of an object of several blocks, in a folder on local disk.

    First everything is added, then duplicates are read, then events and quarantined lines.
    """

    def __init__(self, folder: Path) -> None:
        self._engine = _open(
            str(folder / "spill.duckdb"),
            memory_limit=_SPILLING_MEMORY_LIMIT,
            temp_directory=str(folder / "spill"),
            preserve_insertion_order="false",
        )
        # Lines are added while duplicates are read.
        self._writer = self._engine.cursor()
        self._writer.execute("set TimeZone = 'UTC'")
        self._add(
            "create table spilled as from added", _with_span(JUDGED.empty_table(), _NONE, _NONE)
        )
        self._add("create table quarantined as from added", QUARANTINE.empty_table())
        self._engine.execute("create view lines as select * exclude (start, size) from spilled")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.close()
        self._engine.close()

    def add_events(self, events: pa.Table, starts: Integers, sizes: Integers) -> None:
        """Add events of the schema `table.JUDGED`, with where their lines lie in the object."""
        self._add("insert into spilled from added", _with_span(events, starts, sizes))

    def add_quarantined(self, lines: pa.Table) -> None:
        """Add lines of the schema `table.QUARANTINE`."""
        self._add("insert into quarantined from added", lines)

    def duplicates(self) -> Iterator[list[tuple[Duplicate, int, int]]]:
        """Later lines of an id by line, some at once, each with its offset and length."""
        self._engine.execute(_LATER)
        self._engine.execute(
            "select later.*, start, size from later join spilled using (line_no) order by line_no"
        )
        while rows := self._engine.fetchmany(_BATCH_ROWS):
            yield [(Duplicate(*row[:4]), row[4], row[5]) for row in rows]

    def events(self) -> Iterator[pa.Table]:
        """The events in the order of (ts, event_id), the first line of each id."""
        return self._read(_EVENTS, JUDGED)

    def quarantined(self) -> Iterator[pa.Table]:
        """The quarantined lines in the order of the object."""
        return self._read("from quarantined order by line_no", QUARANTINE)

    def _add(self, statement: str, rows: pa.Table) -> None:
        self._writer.register("added", rows)
        self._writer.execute(statement)
        self._writer.unregister("added")

    def _read(self, query: str, schema: pa.Schema) -> Iterator[pa.Table]:
        yield schema.empty_table()
        for batch in self._engine.execute(query).to_arrow_reader(_BATCH_ROWS):
            yield pa.Table.from_batches([batch]).cast(schema)


def _with_span(events: pa.Table, starts: Integers, sizes: Integers) -> pa.Table:
    spans = {"start": pa.array(starts, pa.int64()), "size": pa.array(sizes, pa.int64())}
    return pa.table({**{name: events[name] for name in JUDGED.names}, **spans})


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine per process: opening one costs as much as judging thousands of lines."""
    return _open(":memory:", memory_limit=_MEMORY_LIMIT)


def _open(database: str, **options: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        database,
        config={
            "threads": "1",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            **options,
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    # In a Dask worker DuckDB takes itself for a console, and would draw bars into the output.
    connection.execute("set enable_progress_bar = false")
    return connection
