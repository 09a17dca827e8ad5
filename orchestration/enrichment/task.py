"""The Dask task: the bronze objects of a day from S3, to what the models say of them on S3."""

import hashlib
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from orchestration.enrichment.answers import BronzeFile, Judged, judge_files
from orchestration.enrichment.model import Classifier, unpack
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.progress import reach
from orchestration.run import Run
from orchestration.settings.endpoints import S3Settings


@dataclass(frozen=True)
class EnrichmentTask:
    """All that a task needs.

    Attributes:
        s3: Where the lake is.
        run: Whose bronze it is.
        bronze: The objects of one day.
        models: As `Models.pack` writes them.
        cache: Folder of the caller's local copies, when the worker runs on the same machine.
    """

    s3: S3Settings
    run: Run
    bronze: tuple[ObjectRef, ...]
    models: bytes
    cache: Path | None = None


def write_answers(task: EnrichmentTask) -> list[ObjectRef]:
    """Judge the objects of a day and write an object of answers for each; always the same bytes.

    Raises:
        ObjectMissing, ObjectCorrupt: A bronze object is not what its manifest says.
        AnswersMissing: A defect of a model.
    """
    pa.set_cpu_count(1)
    store = ObjectStore(task.s3)
    with tempfile.TemporaryDirectory(prefix="pqr-enrichment-") as name:
        folder = Path(name)
        read = ObjectCache(store, task.cache or folder / "objects").verified(task.bronze)
        files = [
            BronzeFile(Path(path), *paths.parse_source_day(ref.partition))
            for path, ref in zip(read, task.bronze, strict=True)
        ]
        judged = judge_files(files, _classifier(task.models), folder)
        reach("enrichment.after_file")
        return [_put(store, task, ref, one) for ref, one in zip(task.bronze, judged, strict=True)]


@lru_cache(maxsize=1)
def _classifier(models: bytes) -> Classifier:
    """The models of the run, loaded once per process."""
    return Classifier(unpack(models))


def _put(store: ObjectStore, task: EnrichmentTask, bronze: ObjectRef, judged: Judged) -> ObjectRef:
    body = judged.file.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    key = paths.part("enrichment", paths.ANSWERS_DATASET, bronze.partition, task.run, sha256)
    store.put_once(key, body, sha256)
    if task.cache is not None:
        ObjectCache(store, task.cache).adopt(judged.file, key)
    return ObjectRef(
        key,
        paths.ANSWERS_DATASET,
        bronze.partition,
        len(body),
        sha256,
        judged.rows,
        {"messages": judged.messages},
    )
