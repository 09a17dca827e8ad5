"""The Dask task: one raw object from S3 to its bronze and quarantine objects on S3."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.bronze.object import RawObject, judge_object
from orchestration.bronze.rules import unpack
from orchestration.lake import paths
from orchestration.lake.killpoint import reach
from orchestration.lake.manifest import LineCounts, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import S3Settings


@dataclass(frozen=True)
class BronzeTask:
    """What a task needs, all of it; `rules` as `Rules.pack` writes them."""

    s3: S3Settings
    run: Run
    source: str
    day: date
    raw: ObjectRef
    rules: bytes


@dataclass(frozen=True)
class BronzeObjects:
    """What a task wrote, and what became of the lines that it read."""

    bronze: ObjectRef
    quarantine: ObjectRef
    counts: LineCounts


def write_object(task: BronzeTask) -> BronzeObjects:
    """Judge one raw object and write what became of it; the same call writes the same bytes.

    Raises:
        ObjectMissing, ObjectCorrupt: The raw object is not what its manifest says.
        EquationBroken: A line was lost or doubled.
    """
    # A worker has one thread; a pool of them would only wait for each other.
    pa.set_cpu_count(1)
    store = ObjectStore(task.s3)
    body = store.get_checked(task.raw.key, task.raw.size, task.raw.sha256)
    raw = RawObject(task.raw.key, task.run.run_id, task.source, task.day)
    with tempfile.TemporaryDirectory(prefix="pqr-bronze-") as folder:
        judged = judge_object(body, raw, unpack(task.rules), Path(folder))
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


def _put(
    store: ObjectStore,
    task: BronzeTask,
    dataset: str,
    file: Path,
    rows: int,
    counts: dict[str, Any],
) -> ObjectRef:
    body = file.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    partition = paths.source_day(task.source, task.day)
    key = paths.part("bronze", dataset, partition, task.run, sha256)
    store.put_once(key, body, sha256)
    return ObjectRef(key, dataset, partition, len(body), sha256, rows, counts)
