"""A delivery into raw: its own run, the original bytes kept beside its lines."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration.errors import UsageError
from orchestration.ingest.cases import CaseReader
from orchestration.ingest.days import DatedLine, by_day, dated, range_of, split_lines
from orchestration.ingest.delivery import DeliveredFile, read_delivery
from orchestration.ingest.mapping import CsvMapping, load_mapping
from orchestration.ingest.places import places
from orchestration.lake import paths
from orchestration.lake.commit import put_checksums
from orchestration.lake.killpoint import reach
from orchestration.lake.lines import count_lines
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run, World
from orchestration.settings import Settings

SOURCES = ("email", "webform", "chat", "call", "other_digital")
_UPLOADS = 8


class IngestError(UsageError):
    """A delivery that lacks a mapping, or a source that there is not."""


@dataclass(frozen=True)
class Delivery:
    """What is about to land: its run, the lines of each day, and the files as they came."""

    run: Run
    source: str
    files: tuple[DeliveredFile, ...]
    lines: dict[date, bytes]
    inferred_events: int
    mapping: CsvMapping | None


def plan_delivery(
    settings: Settings,
    location: str,
    *,
    source: str,
    mapping: Path | None = None,
    world: str = "ingested",
    first: date | None = None,
    last: date | None = None,
) -> Delivery:
    """Read what is delivered and decide which run it is; nothing is written.

    Args:
        settings: Where the services are.
        location: A file, a folder or s3://bucket/prefix.
        source: The channel under which the events lie in raw.
        mapping: The mapping file; CSV needs one.
        world: Deliveries of one world are one lake.
        first: First day; the earliest of the delivery by default.
        last: Last day; the latest of the delivery by default.

    Raises:
        IngestError, DeliveryError, MappingError, RangeOfDaysError: Name what is wrong.
    """
    if source not in SOURCES:
        raise IngestError(f"--source {source} is none of {', '.join(SOURCES)}")
    files = read_delivery(location, settings)
    rules = load_mapping(mapping) if mapping is not None else None
    if rules is None and any(file.format == "csv" for file in files):
        raise IngestError(f"{location} holds CSV: say with --mapping what its columns mean")
    identity = World.ingested(world, date.min)
    lines, inferred = _lines(settings, files, rules, identity)
    start, end = range_of(lines, first, last)
    run = Run.of(World.ingested(world, start), start, end, _fingerprint(files, rules, source))
    grouped = {day: b"".join(found) for day, found in by_day(lines, start, end).items()}
    return Delivery(run, source, files, grouped, inferred, rules)


def write_delivery(settings: Settings, delivery: Delivery) -> Manifest:
    """Write the lines of each day and the original files; the manifest is the caller's to commit.

    Days of the range without a line get an empty object: the delivery says that there was none.

    Raises:
        RawConflict: A key holds other bytes.
    """
    store, run = ObjectStore(settings.s3), delivery.run
    with ThreadPoolExecutor(_UPLOADS) as pool:
        originals = list(pool.map(lambda file: _put_original(store, run, file), delivery.files))
        days = list(pool.map(lambda day: _put_day(store, delivery, day), run.days))
    refs = (*originals, *days)
    reach("raw.after_objects")
    checksums = put_checksums(store, run, refs)
    reach("raw.after_checksums")
    totals: Counter[str] = Counter(inferred_events=delivery.inferred_events)
    for ref in days:
        totals.update(events=ref.rows, objects=1)
    return Manifest(
        layer="raw",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=run.world.code_hash,
        previous_sha256=None,
        inputs=(),
        objects=refs,
        counts=dict(totals),
        parameters={
            "source": delivery.source,
            "mapping": delivery.mapping.model_dump(mode="json") if delivery.mapping else None,
            "files": {file.name: file.sha256 for file in delivery.files},
            "checksums_sha256": checksums,
        },
    )


def _lines(
    settings: Settings,
    files: Iterable[DeliveredFile],
    mapping: CsvMapping | None,
    world: World,
) -> tuple[list[DatedLine], int]:
    lines: list[DatedLine] = []
    inferred = 0
    for file in files:
        if file.format == "csv" and mapping is not None:
            reader = CaseReader(mapping, world.world_id, places(settings.project_root))
            made = list(reader.events(file))
            inferred += sum(event.is_inferred for event in made)
            lines += dated(event.line for event in made)
        else:
            lines += dated(split_lines(file.content))
    return lines, inferred


def _fingerprint(files: tuple[DeliveredFile, ...], mapping: CsvMapping | None, source: str) -> str:
    digest = hashlib.sha256(f"source {source}\n".encode())
    for file in files:
        digest.update(f"{file.name} {file.sha256}\n".encode())
    if mapping is not None:
        digest.update(mapping.model_dump_json().encode())
    return digest.hexdigest()


def _put_day(store: ObjectStore, delivery: Delivery, day: date) -> ObjectRef:
    body = delivery.lines.get(day, b"")
    key = paths.raw_object(delivery.run, delivery.source, day)
    sha256 = hashlib.sha256(body).hexdigest()
    store.put_once(key, body, sha256)
    partition = paths.source_day(delivery.source, day)
    lines = count_lines(body)
    return ObjectRef(key, paths.RAW_DATASET, partition, len(body), sha256, lines, {"lines": lines})


def _put_original(store: ObjectStore, run: Run, file: DeliveredFile) -> ObjectRef:
    key = paths.original(run, file.sha256, file.name)
    store.put_once(key, file.body, file.sha256)
    partition = f"run_id={run.run_id}"
    return ObjectRef(key, paths.ORIGINAL_DATASET, partition, len(file.body), file.sha256, 0)


def days_without_lines(delivery: Delivery) -> int:
    """How many days of the range have none."""
    span = (delivery.run.date_max - delivery.run.date_min) // timedelta(days=1) + 1
    return span - len(delivery.lines)
