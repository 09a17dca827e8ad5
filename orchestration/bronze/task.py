"""The Dask task: one raw object from S3 to its bronze and quarantine objects on S3."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.bronze.blocks import BLOCK_BYTES
from orchestration.bronze.object import RawObject, judge_object
from orchestration.bronze.rules import unpack
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import LineCounts, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.progress import reach
from orchestration.run import Run
from orchestration.settings.endpoints import S3Settings


@dataclass(frozen=True)
class BronzeTask:
    """All that a task needs; `rules` as `Rules.pack` writes them.

    `cache` is the folder of the caller's local copies, when the worker runs on the same machine.
    """

    s3: S3Settings
    run: Run
    source: str
    day: date
    raw: ObjectRef
    rules: bytes
    cache: Path | None = None


@dataclass(frozen=True)
class BronzeObjects:
    """What a task wrote, and what became of the lines that it read."""

    bronze: ObjectRef
    quarantine: ObjectRef
    counts: LineCounts


def write_object(task: BronzeTask) -> BronzeObjects:
    """Judge one raw object and write what became of it; the same call writes the same bytes.

    Nothing is put before the whole raw object has the sha256 of its manifest.

    Raises:
        ObjectMissing, ObjectCorrupt: The raw object is not what its manifest says.
        EquationBroken: A line was lost or doubled.
    """
    # A worker has one thread; a pool of them would only wait for each other.
    pa.set_cpu_count(1)
    store = ObjectStore(task.s3)
    raw = RawObject(task.raw.key, task.run.run_id, task.source, task.day)
    with tempfile.TemporaryDirectory(prefix="pqr-bronze-") as name:
        folder = Path(name)
        judged = judge_object(_raw_body(store, task.raw, folder), raw, unpack(task.rules), folder)
        reach("bronze.after_file")
        counts = LineCounts(
            lines=judged.lines,
            bronze=judged.bronze,
            quarantined=dict(judged.quarantined),
            notes=dict(judged.notes),
        )
        bronze = _put(
            store, task, paths.BRONZE_DATASET, judged.bronze_file, judged.bronze, counts.to_json()
        )
        reach("bronze.after_object")
        quarantine = _put(
            store,
            task,
            paths.QUARANTINE_DATASET,
            judged.quarantine_file,
            counts.quarantined_lines,
            {},
        )
    return BronzeObjects(bronze, quarantine, counts)


def _raw_body(store: ObjectStore, raw: ObjectRef, folder: Path) -> bytes | Path:
    """The verified bytes of the raw object; in a file if there are more than memory should hold."""
    if raw.size <= BLOCK_BYTES:
        return store.get_checked(raw.key, raw.size, raw.sha256)
    file = folder / "raw.jsonl"
    store.download_checked(raw.key, raw.size, raw.sha256, file)
    return file


def _put(
    store: ObjectStore,
    task: BronzeTask,
    dataset: str,
    file: Path,
    rows: int,
    counts: dict[str, Any],
) -> ObjectRef:
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    size = file.stat().st_size
    partition = paths.source_day(task.source, task.day)
    key = paths.part("bronze", dataset, partition, task.run, sha256)
    store.put_once(key, file.read_bytes() if size <= BLOCK_BYTES else file, sha256)
    if task.cache is not None:
        ObjectCache(store, task.cache).adopt(file, key)
    return ObjectRef(key, dataset, partition, size, sha256, rows, counts)
