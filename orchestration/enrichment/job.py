"""Enrichment: one Dask task per day of bronze, each text judged by every model."""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from orchestration.enrichment.model import Models
from orchestration.enrichment.task import EnrichmentTask, write_answers
from orchestration.lake import paths
from orchestration.lake.manifest import Edge, Manifest, ManifestInput, ObjectRef
from orchestration.own_code import code_sha256
from orchestration.progress import OnProgress, no_progress, reach
from orchestration.run import Run
from orchestration.settings import Settings

if TYPE_CHECKING:
    from distributed import Client

EDGES = (Edge(paths.ANSWERS_DATASET, "bronze", paths.BRONZE_DATASET),)


def enrichment_build_id(models: Models, bronze_sha256: str) -> str:
    """The build of enrichment: its code and engines, the models, and the bronze manifest.

    The code is what `enrichment.answers` imports: the task around it only moves bytes that it
    verifies.
    """
    python = ".".join(map(str, sys.version_info[:2]))
    engines = f"python {python} duckdb {duckdb.__version__} pyarrow {pa.__version__}"
    code = code_sha256("orchestration.enrichment.answers")
    versions = json.dumps(models.versions(), sort_keys=True)
    text = f"{engines}\ncode {code}\nmodels {versions}\ninput {bronze_sha256}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def write_enrichment(
    settings: Settings,
    client: "Client",
    run: Run,
    bronze: Manifest,
    models: Models,
    *,
    on_progress: OnProgress = no_progress,
) -> Manifest:
    """Judge every citizen's message of a committed bronze manifest.

    The manifest is the caller's to commit.

    Raises:
        ObjectMissing, ObjectCorrupt: A bronze object is not what its manifest says.
        WorkersLost: The cluster failed.
    """
    objects = _write_objects(settings, client, run, bronze, models, on_progress)
    reach("enrichment.after_objects")
    return Manifest(
        layer="enrichment",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=enrichment_build_id(models, bronze.sha256),
        previous_sha256=bronze.sha256,
        inputs=(ManifestInput(bronze.run_id, "bronze", bronze.sha256),),
        objects=objects,
        counts={"messages": sum(ref.counts["messages"] for ref in objects)},
        parameters={"models": models.versions()},
    )


def _write_objects(
    settings: Settings,
    client: "Client",
    run: Run,
    bronze: Manifest,
    models: Models,
    on_progress: OnProgress,
) -> tuple[ObjectRef, ...]:
    # Here, since it imports Dask: a run that finds its enrichment committed needs none.
    from orchestration.cluster import run_tasks

    by_day: dict[str, list[ObjectRef]] = defaultdict(list)
    for ref in sorted(bronze.objects, key=lambda ref: ref.partition):
        if ref.dataset == paths.BRONZE_DATASET:
            by_day[paths.parse_source_day(ref.partition)[1].isoformat()].append(ref)
    cache = settings.object_cache if settings.dask_scheduler is None else None
    packed = models.pack()
    tasks = [
        (
            f"enrichment-{day}-{run.run_id}",
            (EnrichmentTask(settings.s3, run, tuple(refs), packed, cache),),
        )
        for day, refs in sorted(by_day.items())
    ]
    seen = Counter[str]()

    def on_result(refs: list[ObjectRef]) -> None:
        rows, size = sum(ref.rows for ref in refs), sum(ref.size for ref in refs)
        seen.update(done=1, rows=rows, size=size)
        on_progress(seen["done"], len(tasks), seen["rows"], seen["size"])

    results = run_tasks(client, write_answers, tasks, on_result)
    return tuple(ref for refs in results for ref in refs)
