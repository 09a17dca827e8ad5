"""What a world holds already, and the union of it with a delivery: deliveries add up.

The newest run of a partition counts. So a delivery's run writes, for each source and day that it
changes, what the world holds of it and what is new (docs/adr/0018).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
import pyarrow as pa

from orchestration.ingest.days import split_lines
from orchestration.lake import duckdb, paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import effective_objects
from orchestration.lake.event_index import EventIndex
from orchestration.lake.instants import local_day
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICKET: Final = re.compile(rb'"ticket_id"\s*:\s*"([0-9a-fA-F-]{36})"')
_EVENT: Final = re.compile(rb'"event_id"\s*:\s*"([0-9a-fA-F-]{36})"')
_PARTITIONS: Final = """
    with landed as (
        select run_id from meta.manifest_index where world_id = %(world)s and layer = 'silver'
    ),

    bronze as (
        select distinct on (run_id) run_id, manifest_seq, effective_seq from meta.manifest_index
        where world_id = %(world)s and layer = 'bronze' order by run_id, effective_seq desc
    ),

    raw as (
        select distinct on (run_id) run_id, manifest_seq from meta.manifest_index
        where world_id = %(world)s and layer = 'raw' order by run_id, effective_seq desc
    )

    select
        bronze.run_id in (select run_id from landed), bronze.run_id,
        events.key, events.dataset, events.partition, events.size, events.sha256, events.rows,
        lines.key, lines.size, lines.sha256, lines.rows
    from bronze
    join meta.manifest_objects as events using (manifest_seq)
    join raw using (run_id)
    join meta.manifest_objects as lines
        on lines.manifest_seq = raw.manifest_seq
        and (lines.dataset, lines.partition) = (%(raw)s, events.partition)
    where events.dataset = %(bronze)s
    order by bronze.effective_seq
"""


@dataclass(frozen=True)
class HeldPartition:
    """A source and a day of a world: the run that counts, its bronze events and its raw lines."""

    run_id: UUID
    bronze: ObjectRef
    raw_key: str
    raw_size: int
    raw_sha256: str
    raw_rows: int

    @property
    def has_lines_aside(self) -> bool:
        """Whether lines of it are in quarantine, and will be again with what is added."""
        return self.raw_rows > self.bronze.rows


@dataclass(frozen=True)
class HeldCase:
    """A case that the world holds: its number, what became of it, where its events lie."""

    name: str
    source: str
    created_on: date | None
    partitions: frozenset[str]
    is_answered: bool


@dataclass(frozen=True)
class Held:
    """What the landed runs of a world hold, by partition.

    `failed` are the partitions of runs that ended before silver: nothing of them counts, and the
    next delivery writes them as the world has them. `version` changes with every commit.
    `indexes` say which bronze objects hold events of which cases.
    """

    partitions: Mapping[str, HeldPartition]
    failed: frozenset[str]
    version: tuple[int, int]
    indexes: tuple[ObjectRef, ...] = ()

    @property
    def days(self) -> frozenset[date]:
        """The days that are in the lake."""
        return frozenset(paths.parse_source_day(name)[1] for name in self.partitions)

    def fingerprint(self, partitions: Iterable[str]) -> str:
        """What these partitions hold, as a text: it tells two deliveries of one file apart."""
        found = {name: self.partitions.get(name) for name in sorted(partitions)}
        return "\n".join(f"{name} {held and held.raw_sha256}" for name, held in found.items())


def held_by_world(connection: psycopg.Connection, world_id: UUID) -> Held:
    """Read the index of what a world holds; no object is read."""
    rows = connection.execute(
        _PARTITIONS,
        {"world": world_id, "raw": paths.RAW_DATASET, "bronze": paths.BRONZE_DATASET},
    ).fetchall()
    landed: dict[str, HeldPartition] = {}
    newest_is_landed: dict[str, bool] = {}
    for is_landed, run_id, *facts in rows:
        bronze = ObjectRef(*facts[:6])
        newest_is_landed[bronze.partition] = is_landed
        if is_landed:
            landed[bronze.partition] = HeldPartition(run_id, bronze, *facts[6:])
    failed = frozenset(name for name, is_landed in newest_is_landed.items() if not is_landed)
    indexes = effective_objects(connection, world_id, "bronze", paths.EVENT_INDEX_DATASET)
    return Held(landed, failed, version_of(connection, world_id), indexes)


def version_of(connection: psycopg.Connection, world_id: UUID) -> tuple[int, int]:
    """The newest commit of bronze and of silver of a world."""
    row = connection.execute(
        """
        select
            coalesce(max(effective_seq) filter (where layer = 'bronze'), 0),
            coalesce(max(effective_seq) filter (where layer = 'silver'), 0)
        from meta.manifest_index where world_id = %s
        """,
        [world_id],
    ).fetchone()
    return row if row is not None else (0, 0)


def held_cases(settings: Settings, held: Held, tickets: Iterable[str]) -> dict[str, HeldCase]:
    """Which of these cases the world holds. Reads narrow columns of the objects that have them."""
    wanted = list(tickets)
    with duckdb.local_engine(settings, threads=2) as engine:
        index = EventIndex(engine, _cache(settings), held.indexes)
        objects = index.objects_of_cases(_objects(held), wanted)
    return _cases(settings, objects, "semi join wanted using (ticket_id)", wanted)


def cases_created(settings: Settings, held: Held, first: date, last: date) -> dict[str, HeldCase]:
    """The cases that were created on these days, both included."""
    found = _cases(settings, _objects(held), "", [])
    return {
        ticket: case
        for ticket, case in found.items()
        if case.created_on is not None and first <= case.created_on <= last
    }


def merged_lines(
    store: ObjectStore,
    held: Held,
    partition: str,
    new: list[bytes],
    superseded_tickets: frozenset[str],
    superseded_events: frozenset[str],
) -> tuple[bytes | None, set[str]]:
    """The lines of a partition after the delivery; None when it holds them already.

    Lines of a superseded case or event go, unless they are delivered again as they are. The cases
    that lose lines come with it.
    """
    known = held.partitions.get(partition)
    if known is None:
        return b"".join(new), set()
    body = store.get_checked(known.raw_key, known.raw_size, known.raw_sha256)
    delivered = set(new)
    kept: list[bytes] = []
    losing: set[str] = set()
    for line in split_lines(body):
        if line in delivered:
            delivered.discard(line)
            kept.append(line)
        elif (ticket := _id(_TICKET, line)) in superseded_tickets or (
            _id(_EVENT, line) in superseded_events
        ):
            losing.add(ticket)
        else:
            kept.append(line)
    added = [line for line in dict.fromkeys(new) if line in delivered]
    merged = b"".join((*kept, *added))
    is_as_held = merged == body and partition not in held.failed
    return None if is_as_held else merged, losing


def ids_of(lines: Iterable[bytes]) -> tuple[frozenset[str], frozenset[str]]:
    """The ticket_ids and the event_ids that lines name."""
    found = [(_id(_TICKET, line), _id(_EVENT, line)) for line in lines]
    tickets = frozenset(ticket for ticket, _ in found if ticket)
    return tickets, frozenset(event for _, event in found if event)


def _id(pattern: re.Pattern[bytes], line: bytes) -> str:
    found = pattern.search(line)
    return found[1].decode().lower() if found else ""


def _objects(held: Held) -> list[ObjectRef]:
    return sorted(
        (partition.bronze for partition in held.partitions.values()), key=lambda ref: ref.key
    )


def _cache(settings: Settings) -> ObjectCache:
    return ObjectCache(ObjectStore(settings.s3), settings.object_cache)


def _cases(
    settings: Settings, objects: list[ObjectRef], condition: str, tickets: list[str]
) -> dict[str, HeldCase]:
    if not objects:
        return {}
    listed = ", ".join(map(duckdb.quoted, _cache(settings).verified(objects)))
    with duckdb.local_engine(settings, threads=2) as engine:
        engine.register("wanted", pa.table({"ticket_id": pa.array(tickets, pa.string())}))
        rows = engine.execute(
            f"""
            select
                ticket_id, any_value(data.external_id), any_value(source),
                epoch_us(min(ts) filter (where event_type = 'TICKET_CREATED')),
                list(distinct concat('source=', source, '/day=', day)),
                coalesce(bool_or(data.status_to in ('RESPONDED', 'CLOSED', 'ARCHIVED')), false)
            from read_parquet([{listed}], hive_partitioning = false) {condition}
            group by ticket_id
            """
        ).fetchall()
    return {
        ticket: HeldCase(name or ticket, source, _day(created), frozenset(days), is_answered)
        for ticket, name, source, created, days, is_answered in rows
    }


def _day(micros: int | None) -> date | None:
    return None if micros is None else local_day(_EPOCH + timedelta(microseconds=micros))
