"""The index names every object that holds an event of a case, and few others."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.commit import upload_parts
from orchestration.lake.event_index import EventIndex, write_event_index
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run, World
from orchestration.settings import Settings

DAY = date(2025, 9, 1)
# Objects of a run by their source: pairs of a case and an event.
HELD = {
    "email": [("a", "1"), ("a", "2")],
    "chat": [("b", "2"), ("b", "3")],
    "call": [("c", "3"), ("d", "4")],
    "webform": [("d", "5")],
    "postal": [],
}


def id_of(name: str) -> str:
    return str(UUID(int=ord(name)))


class Indexed:
    """Bronze objects in the bucket, and their index."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.run = Run.of(World.ingested("index", DAY), DAY, DAY)
        self.store = ObjectStore(settings.s3)
        self.cache = ObjectCache(self.store, folder / "copies")
        for source, held in HELD.items():
            part = folder / "staging" / "pqrs_events" / paths.source_day(source, DAY)
            part.mkdir(parents=True)
            lines = [{"ticket_id": id_of(name), "event_id": id_of(event)} for name, event in held]
            text = "\n".join(map(json.dumps, lines)) + "\n"
            (part / "raw.jsonl").write_text(text if held else "")
            duckdb.sql(
                "copy (select * from read_json($file, columns = {ticket_id: 'varchar',"
                " event_id: 'varchar'})) to '" + str(part / "part.parquet") + "'",
                params={"file": str(part / "raw.jsonl")},
            )
            (part / "raw.jsonl").unlink()
        self.objects = upload_parts(self.store, folder / "staging", "bronze", self.run, self.cache)

    def written(self) -> ObjectRef:
        files = self.cache.verified(self.objects)
        return write_event_index(self.settings, self.run, self.objects, files, self.cache)

    def of(self, source: str) -> ObjectRef:
        return next(ref for ref in self.objects if f"source={source}/" in ref.key)


@pytest.fixture
def indexed(lake: Settings, tmp_path: Path) -> Indexed:
    return Indexed(lake, tmp_path)


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def sources(found: Sequence[ObjectRef]) -> set[str]:
    return {paths.parse_source_day(ref.partition)[0] for ref in found}


def test_it_has_a_row_per_event_and_the_same_bytes_each_time(indexed: Indexed) -> None:
    ref = indexed.written()
    assert ref == indexed.written()
    assert (ref.dataset, ref.rows) == ("event_index", 7)
    assert paths.run_of_key(ref.key) == indexed.run.run_id
    assert indexed.store.head(ref.key) is not None


def test_objects_of_some_cases(indexed: Indexed, engine: duckdb.DuckDBPyConnection) -> None:
    index = EventIndex(engine, indexed.cache, [indexed.written()])
    assert sources(index.objects_of_cases(indexed.objects, [id_of("d")])) == {"call", "webform"}
    assert sources(index.objects_of_cases(indexed.objects, [id_of("z")])) == set()


def test_a_copy_of_an_event_leads_to_the_next_id_of(
    indexed: Indexed, engine: duckdb.DuckDBPyConnection
) -> None:
    index = EventIndex(engine, indexed.cache, [indexed.written()])
    for first in ("email", "chat"):
        found = index.objects_of_linked_cases(indexed.objects, [indexed.of(first)])
        assert sources(found) == {"email", "chat", "call"}
    found = index.objects_of_linked_cases(indexed.objects, [indexed.of("webform")])
    assert sources(found) == {"webform", "call"}


def test_what_is_not_indexed_is_read(indexed: Indexed, engine: duckdb.DuckDBPyConnection) -> None:
    other = Run.of(World.ingested("other", DAY), DAY, DAY)
    mail = indexed.of("email")
    unindexed = replace(
        mail, key=paths.part("bronze", "pqrs_events", mail.partition, other, mail.sha256)
    )
    objects = [*indexed.objects, unindexed]
    index = EventIndex(engine, indexed.cache, [indexed.written()])
    assert index.objects_of_cases(objects, [id_of("d")]) == [
        indexed.of("call"), indexed.of("webform"), unindexed,
    ]  # fmt: skip
    assert index.objects_of_linked_cases(objects, [indexed.of("webform")]) == objects


def test_without_any_index_every_object_is_read(
    indexed: Indexed, engine: duckdb.DuckDBPyConnection
) -> None:
    index = EventIndex(engine, indexed.cache, [])
    found = index.objects_of_cases(indexed.objects, [id_of("d")])
    assert found == [ref for ref in indexed.objects if ref.rows]
