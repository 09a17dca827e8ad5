"""Enrichment: one Dask task per day of bronze, each text judged by every model."""

import hashlib
import json
import sys
from collections import Counter
from dataclasses import replace
from importlib.metadata import version
from typing import Final

from orchestration.enrichment.bronze import BronzeOfDays
from orchestration.enrichment.head import EncoderModel
from orchestration.enrichment.model import Models
from orchestration.enrichment.task import EnrichmentTask, write_enriched
from orchestration.lake import paths
from orchestration.lake.manifest import Edge, Manifest, ObjectRef
from orchestration.own_code import code_sha256
from orchestration.progress import OnProgress, no_progress, reach
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.workers import Workers

EDGES = tuple(
    Edge(dataset, "bronze", paths.BRONZE_DATASET)
    for dataset in (paths.ANSWERS_DATASET, paths.MENTIONS_DATASET)
)
# What decides which names and places a text holds, beside code.
_LISTS: Final = (
    "orchestration/enrichment/everyday_names.csv",
    "orchestration/enrichment/everyday_places.csv",
    "orchestration/enrichment/person_names.csv",
    "orchestration/enrichment/topics.yaml",
    "orchestration/ingest/geo_aliases.csv",
    "seeds/dim_geo.csv",
)
_LIBRARIES: Final = ("numpy", "pyarrow", "python-stdnum")


def enrichment_build_id(
    settings: Settings, models: Models, bronze: BronzeOfDays, encoder: EncoderModel | None = None
) -> str:
    """The build of enrichment: code and engines, models, lists, key, and the bronze that is read.

    The code is what `enrichment.judge` imports: the task around it only moves bytes that it
    verifies.
    """
    digest = hashlib.sha256(f"python {sys.version_info[0]}.{sys.version_info[1]}\n".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for name in _LISTS:
        content = (settings.project_root / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    versions = json.dumps(models.versions(), sort_keys=True)
    key = hashlib.sha256(settings.pii_key or b"").hexdigest()
    code = code_sha256("orchestration.enrichment.judge")
    digest.update(f"code {code}\nmodels {versions}\nkey {key}\ninput {bronze.sha256}\n".encode())
    if encoder is not None:
        share = settings.enrichment.encoder_percent
        digest.update(f"{json.dumps(encoder.versions())} of {share} percent\n".encode())
    return digest.hexdigest()


def write_enrichment(
    settings: Settings,
    workers: Workers,
    run: Run,
    bronze: BronzeOfDays,
    models: Models,
    *,
    encoder: EncoderModel | None = None,
    on_progress: OnProgress = no_progress,
) -> Manifest:
    """Judge every citizen's message of the days of a run.

    The manifest is the caller's to commit. With an `encoder`, it reads the share of the messages
    that the settings say.

    Raises:
        ObjectMissing, ObjectCorrupt: A bronze object is not what its manifest says.
        WorkersLost: The cluster failed.
        EncoderMissing: The extra `encoder` is not installed where workers run.
    """
    objects = _write_objects(settings, workers, run, bronze, models, encoder, on_progress)
    versions = models.versions() | (encoder.versions() if encoder else {})
    reach("enrichment.after_objects")
    return Manifest(
        layer="enrichment",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=enrichment_build_id(settings, models, bronze, encoder),
        previous_sha256=bronze.own.sha256,
        inputs=bronze.inputs,
        objects=objects,
        counts={"messages": sum(ref.counts.get("messages", 0) for ref in objects)},
        parameters={"models": versions},
    )


def _write_objects(
    settings: Settings,
    workers: Workers,
    run: Run,
    bronze: BronzeOfDays,
    models: Models,
    encoder: EncoderModel | None,
    on_progress: OnProgress,
) -> tuple[ObjectRef, ...]:
    cache = settings.object_cache if settings.dask_scheduler is None else None
    task = EnrichmentTask(
        settings.s3,
        run,
        run.date_min,
        (),
        models.pack(),
        settings.pii_key,
        cache,
        encoder.pack() if encoder else None,
        settings.enrichment.encoder_percent,
    )
    tasks = [
        (f"enrichment-{day}-{run.run_id}", (replace(task, day=day, bronze=refs),))
        for day, refs in bronze.by_day().items()
    ]
    seen = Counter[str]()

    def on_result(refs: list[ObjectRef]) -> None:
        rows, size = sum(ref.rows for ref in refs), sum(ref.size for ref in refs)
        seen.update(done=1, rows=rows, size=size)
        on_progress(seen["done"], len(tasks), seen["rows"], seen["size"])

    results = workers.run(write_enriched, tasks, on_result)
    return tuple(ref for refs in results for ref in refs)
