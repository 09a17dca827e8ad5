"""A read-only DuckDB over the committed files of one world: a view per dataset.

The session reads local copies that were compared with their manifests, and nothing else: it has no
network, no key of the bucket, no other folder, and its settings are locked. A dataset's files are
fetched when a query names it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb
import psycopg

from orchestration.errors import UsageError
from orchestration.lake.cache import ObjectCache
from orchestration.lake.duckdb import quoted
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.query.statements import explained, queries
from orchestration.settings import Settings

# Words after which a query may ask for any view's columns.
_CATALOG = re.compile(
    r"\b(show|describe|desc|summarize|information_schema|duckdb_\w+|pg_\w+|sqlite_master)\b", re.I
)
_INDEX = {
    "meta.manifests": (
        "select run_id::text, layer, build_id, rows, manifest_sha256, previous_sha256,"
        " s3_manifest_path as key, committed_at from meta.manifest_index"
        " where world_id = %s order by manifest_seq",
        "run_id varchar, layer varchar, build_id varchar, rows bigint, manifest_sha256 varchar,"
        " previous_sha256 varchar, key varchar, committed_at timestamptz",
    ),
    "meta.objects": (
        "select layer, dataset, partition, run_id::text, key, size, sha256, rows"
        " from meta.committed_objects where world_id = %s order by key",
        "layer varchar, dataset varchar, partition varchar, run_id varchar, key varchar,"
        " size bigint, sha256 varchar, rows bigint",
    ),
}


@dataclass(frozen=True)
class ReferenceList:
    """A CSV of the project and the types of its columns."""

    file: Path
    types: Mapping[str, str]


class LakeSession:
    """Open it with `with`; one thread uses it."""

    def __init__(
        self,
        settings: Settings,
        connection: psycopg.Connection,
        world_id: UUID,
        names: Mapping[str, str],
        lists: Mapping[str, ReferenceList],
    ) -> None:
        """Open the session.

        Args:
            settings: Where the services are.
            connection: Of PostgreSQL; it is used for as long as the session is.
            world_id: The world whose committed objects are shown.
            names: The tables of datasets, such as kpi_sla: gold.kpi_sla_daily.
            lists: Reference lists by the table that they become.
        """
        self._connection, self._world_id = connection, world_id
        self._cache = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
        self._objects = _objects(connection, world_id, names)
        self._lists = lists
        self._loaded: set[str] = set()
        folders = {str(settings.object_cache), *(str(item.file.parent) for item in lists.values())}
        settings.object_cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._duckdb = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": "",
            }
        )
        for schema in sorted({name.partition(".")[0] for name in self.tables}):
            self._duckdb.execute(f'create schema if not exists "{schema}"')
        self._duckdb.execute("set TimeZone = 'UTC'; set python_enable_replacements = false")
        schemas = ",".join(sorted({name.partition(".")[0] for name in self.tables}, reverse=True))
        self._duckdb.execute(f"set search_path = {quoted(schemas)}")
        allowed = ", ".join(map(quoted, sorted(folders)))
        self._duckdb.execute(f"set allowed_directories = [{allowed}]")
        self._duckdb.execute("set enable_external_access = false; set lock_configuration = true")

    def __enter__(self) -> "LakeSession":
        return self

    def __exit__(self, *_: object) -> None:
        self._duckdb.close()

    @property
    def tables(self) -> list[str]:
        """Every view, such as `silver.tickets`."""
        return sorted([*self._objects, *self._lists, *_INDEX])

    def run(self, text: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Run the queries of a text, one after the other; each result is to be fetched in turn.

        Raises:
            QueryRefused: A statement is not a query, or cannot be understood.
            QueryFailed: A query broke off.
            ObjectCorrupt, ObjectMissing, StoreUnavailable: As reading the lake raises.
        """
        for statement in queries(self._duckdb, text):
            self._load(statement)
            with explained():
                result = self._duckdb.execute(statement)
            yield result

    def count(self, text: str) -> int:
        """How many queries a text has. Raises QueryRefused."""
        return len(queries(self._duckdb, text))

    def _load(self, query: str) -> None:
        """Make the views that a query names, over files that are here."""
        words = set(re.findall(r"\w+", query.lower()))
        for name in self.tables:
            if name not in self._loaded and name.partition(".")[2] in words:
                self._make(name)
                self._loaded.add(name)
        if _CATALOG.search(query):
            for name in sorted(set(self._objects) - self._loaded):
                self._make_outline(name)
            for name in sorted((set(self._lists) | set(_INDEX)) - self._loaded):
                self._make(name)
                self._loaded.add(name)

    def _make(self, name: str) -> None:
        if name in self._objects:
            paths = ", ".join(map(quoted, self._cache.verified(self._objects[name])))
            # By name: a column that came later is null in older files.
            source = f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
        elif name in self._lists:
            item = self._lists[name]
            types = ", ".join(f"{quoted(key)}: {quoted(kind)}" for key, kind in item.types.items())
            source = f"read_csv({quoted(str(item.file))}, header = true, columns = {{{types}}})"
        else:
            self._make_index(name)
            return
        self._view(name, f"select * from {source}")

    def _make_outline(self, name: str) -> None:
        """The columns of a dataset, from its newest file alone; its rows are an error."""
        (path,) = self._cache.verified(self._objects[name][-1:])
        missing = quoted(f"the query does not spell out {name}, so its files were not fetched")
        source = f"read_parquet({quoted(path)}, hive_partitioning = false)"
        self._view(name, f"select * from {source} where error({missing})")

    def _make_index(self, name: str) -> None:
        query, columns = _INDEX[name]
        rows = self._connection.execute(query, [self._world_id]).fetchall()
        self._duckdb.execute(f"create or replace table {_identifier(name)} ({columns})")
        width = columns.count(",") + 1
        if rows:
            marks = ", ".join(["(" + ", ".join("?" * width) + ")"] * len(rows))
            flat = [value for row in rows for value in row]
            self._duckdb.execute(f"insert into {_identifier(name)} values {marks}", flat)

    def _view(self, name: str, query: str) -> None:
        with explained():
            self._duckdb.execute(f"create or replace view {_identifier(name)} as {query}")


def world_of(connection: psycopg.Connection, wanted: str | None) -> UUID:
    """The world with this id, its beginning, or this name; default: the live one, else the newest.

    Raises:
        UsageError: None, or several; names those that there are.
    """
    rows = connection.execute(
        """
        select
            world_id, config ->> 'ingested' as name,
            coalesce(bool_or(publication_id is not null), false) as is_live
        from meta.etl_runs
        join meta.worlds using (world_id)
        left join meta.publications using (world_id, run_id)
        left join meta.current_publication using (publication_id)
        group by world_id, name order by 3 desc, max(run_seq) desc
        """
    ).fetchall()
    worlds: dict[UUID, str] = {row[0]: row[1] or "" for row in rows}
    if not worlds:
        raise UsageError("the lake is empty: `pqr run` fills it")
    if wanted is None:
        return next(iter(worlds))
    found = [world for world, name in worlds.items() if name == wanted] or [
        world for world in worlds if str(world).startswith(wanted.lower())
    ]
    if wanted and len(found) == 1:
        return found[0]
    some = list(worlds.items())[:10]
    known = ", ".join(f"{world} ({name})" if name else str(world) for world, name in some)
    said = ("ambiguous" if found else "unknown") if wanted.strip() else "empty"
    raise UsageError(f"--world {wanted!r} is {said}; there are: {known}")


def _objects(
    connection: psycopg.Connection, world_id: UUID, names: Mapping[str, str]
) -> dict[str, list[ObjectRef]]:
    """The committed objects of a world by their table; files without rows last count as well."""
    rows = connection.execute(
        "select layer, key, dataset, partition, size, sha256, rows from meta.committed_objects"
        " where world_id = %s and layer in ('bronze', 'enrichment', 'silver', 'gold')"
        " order by run_seq, partition, key",
        [world_id],
    ).fetchall()
    found: dict[str, list[ObjectRef]] = {}
    for layer, *facts in rows:
        ref = ObjectRef(*facts)
        # Enrichment has datasets of the same names, with other rows: what models said of a message.
        served = names.get(ref.dataset) if layer in ("silver", "gold") else None
        name = served or f"{layer}.{ref.dataset}"
        found.setdefault(name, []).append(ref)
    return found


def _identifier(name: str) -> str:
    schema, _, table = name.partition(".")
    return f'"{schema}"."{table}"'
