"""The Dask task: the bronze of a day from S3, to what enrichment finds in it on S3."""

import gc
import hashlib
import tempfile
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from orchestration.enrichment.classifier import Classifier
from orchestration.enrichment.judge import judge_files
from orchestration.enrichment.messages import BronzeFile
from orchestration.enrichment.model import unpack
from orchestration.enrichment.sample import Sample
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
        run: Whose objects are written.
        day: Whose messages are read.
        bronze: The objects of the day that count, in the order of their partitions.
        models: As `Models.pack` writes them.
        key: Of the digests of personal data; None: there are none.
        cache: Folder of the caller's local copies, when the worker runs on the same machine.
        encoder: `encoder_lr` as `EncoderModel.pack` writes it; None: it is not asked.
        encoder_percent: The share of the messages that it reads.
    """

    s3: S3Settings
    run: Run
    day: date
    bronze: tuple[ObjectRef, ...]
    models: bytes = field(repr=False)
    key: bytes | None = field(repr=False)
    cache: Path | None = None
    encoder: bytes | None = field(default=None, repr=False)
    encoder_percent: int = 0


def write_enriched(task: EnrichmentTask) -> list[ObjectRef]:
    """Judge the messages of a day and write two objects; always the same bytes.

    Raises:
        ObjectMissing, ObjectCorrupt: A bronze object is not what its manifest says.
        AnswersMissing: A defect of a model.
        EncoderMissing: `encoder_lr` is asked, and its extra is not installed where workers run.
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
        sample = _sample(task.encoder, task.encoder_percent) if task.encoder else None
        classifier = _classifier(task.models)
        judged = judge_files(files, classifier, task.key, folder, sample)
        reach("enrichment.after_file")
        counts = {"messages": judged.messages}
        answers = judged.answers, judged.answers_rows
        said = _put(store, task, paths.ANSWERS_DATASET, *answers, counts)
        reach("enrichment.after_object")
        mentions = judged.mentions, judged.mentions_rows
        return [said, _put(store, task, paths.MENTIONS_DATASET, *mentions, {})]


@lru_cache(maxsize=1)
def _classifier(models: bytes) -> Classifier:
    """The models of the run, loaded once per process."""
    classifier = Classifier(unpack(models))
    # Texts become many small objects: what is loaded by now need not be looked through each time.
    gc.freeze()
    return classifier


@lru_cache(maxsize=1)
def _sample(encoder: bytes, percent: int) -> Sample:
    """The sample of the run, whose model is loaded once per process."""
    return Sample(encoder, percent)


def _put(
    store: ObjectStore,
    task: EnrichmentTask,
    dataset: str,
    file: Path,
    rows: int,
    counts: dict[str, int],
) -> ObjectRef:
    body = file.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    partition = f"day={task.day}"
    key = paths.part("enrichment", dataset, partition, task.run, sha256)
    store.put_once(key, body, sha256)
    if task.cache is not None:
        ObjectCache(store, task.cache).adopt(file, key)
    return ObjectRef(key, dataset, partition, len(body), sha256, rows, counts)
