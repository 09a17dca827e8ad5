"""Which bronze objects hold events of which cases: a run reads those of its own cases alone.

A run's index has one row per event: its object, and digests of its two ids. Two cases with one
digest only make a build read an object more, so what is built never depends on the index.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.duckdb import local_engine, quoted
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import Settings

# 32 bits of a case's id: of ten million cases one in 400 shares its digest. Digests of events lead
# from case to case, so that they have 64.
_CASE: Final = "cast(md5_number_lower(ticket_id) >> 32 as uinteger)"
QUERY: Final = f"""
    select substr(filename, $prefix) as key, {_CASE} as ticket, md5_number_lower(event_id) as event
    from read_parquet($files, filename = true, hive_partitioning = false)
"""
# Digests have nothing that could be compressed.
_OPTIONS: Final = "format parquet, compression uncompressed"


def write_event_index(
    settings: Settings,
    run: Run,
    events: Sequence[ObjectRef],
    files: Sequence[str],
    cache: ObjectCache,
) -> ObjectRef:
    """Write the index of the bronze events of a run, in the order of their objects.

    Args:
        settings: Where the bucket is.
        run: The run that has written the objects.
        events: The objects.
        files: Their local copies in `cache`, as it verified them.
        cache: Where the index is left for the builds that follow.

    Raises:
        RawConflict: The key holds other bytes.
        StoreUnavailable: The bucket does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="pqr-index-") as folder:
        file = Path(folder, "index.parquet")
        # One thread: the groups of rows of a file depend on how many write it.
        with local_engine(settings) as engine:
            listed = ", ".join(map(quoted, files))
            prefix = len(str(cache.folder)) + 2
            query = QUERY.replace("$files", f"[{listed}]").replace("$prefix", str(prefix))
            engine.execute(f"copy ({query}) to {quoted(str(file))} ({_OPTIONS})")
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        size, store = file.stat().st_size, ObjectStore(settings.s3)
        key = paths.event_index(run, sha256)
        store.put_once(key, file, sha256)
        cache.adopt(file, key)
    rows = sum(ref.rows for ref in events)
    return ObjectRef(key, paths.EVENT_INDEX_DATASET, f"run_id={run.run_id}", size, sha256, rows)


class EventIndex:
    """The indexes of a world's runs; objects of runs that have none are always read.

    Args:
        engine: DuckDB; gets a view `event_index`.
        cache: Where copies of the indexes are, or come to.
        indexes: The indexes of the runs that have one.
    """

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, cache: ObjectCache, indexes: Sequence[ObjectRef]
    ) -> None:
        self._engine = engine
        self._runs = {paths.run_of_key(ref.key) for ref in indexes}
        rows = "select '' as key, 0::uinteger as ticket, 0::ubigint as event where false"
        if indexes:
            listed = ", ".join(map(quoted, cache.verified(indexes)))
            rows = f"select * from read_parquet([{listed}], hive_partitioning = false)"
        engine.execute(f"create temp view event_index as {rows}")

    def objects_of_cases(
        self, objects: Iterable[ObjectRef], tickets: Iterable[str]
    ) -> list[ObjectRef]:
        """The objects that may hold events of these cases."""
        wanted = pa.table({"ticket_id": pa.array(sorted(tickets), pa.string())})
        self._engine.register("wanted_tickets", wanted)
        self._engine.execute(
            f"create or replace temp table touched as select distinct {_CASE} as ticket"
            " from wanted_tickets"
        )
        return self._with_touched(objects)

    def objects_of_linked_cases(
        self, objects: Sequence[ObjectRef], first: Iterable[ObjectRef]
    ) -> list[ObjectRef]:
        """The objects that may hold events of the cases in `first`, or of cases linked to them.

        Cases are linked when both hold an event of one id.
        """
        if any(ref.rows and not self._is_indexed(ref) for ref in objects):
            return list(objects)  # what is not indexed may link any two cases
        keys = pa.table({"key": pa.array([ref.key for ref in first], pa.string())})
        self._engine.register("first_objects", keys)
        self._engine.execute(
            "create or replace temp table touched as"
            " select distinct ticket from event_index semi join first_objects using (key)"
        )
        while True:
            row = self._engine.execute(
                """
                insert into touched
                with held as materialized (
                    select distinct event from event_index semi join touched using (ticket)
                )
                select distinct ticket from event_index semi join held using (event)
                anti join touched using (ticket)
                """
            ).fetchone()
            if row is None or row[0] == 0:
                return self._with_touched(objects)

    def _with_touched(self, objects: Iterable[ObjectRef]) -> list[ObjectRef]:
        found = self._engine.execute(
            "select distinct key from event_index semi join touched using (ticket)"
        ).fetchall()
        keys = {key for (key,) in found}
        return [
            ref for ref in objects if ref.key in keys or (ref.rows and not self._is_indexed(ref))
        ]

    def _is_indexed(self, ref: ObjectRef) -> bool:
        return paths.run_of_key(ref.key) in self._runs
