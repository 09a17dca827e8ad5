"""The layers of a run as plain functions: each does its work, or finds it committed."""

import time
from collections.abc import Sequence
from functools import partial

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT, bronze_build_id, write_bronze
from orchestration.bronze.rules import load_rules
from orchestration.errors import WorkFailed
from orchestration.flows.attempt import Attempt
from orchestration.flows.gates import bronze_gate, lake_gate, record_dbt, serving_gate
from orchestration.flows.progress import StepEvent, say
from orchestration.flows.recording import StepOutcome
from orchestration.lake.commit import take_up
from orchestration.lake.committed import CommittedManifest, committed_manifest, read_manifest
from orchestration.lake.manifest import Manifest
from orchestration.lake.paths import QUARANTINE_DATASET
from orchestration.lake.presence import missing_objects
from orchestration.lake.result import OnProgress
from orchestration.meta.control import RunCounts
from orchestration.publication.batches import (
    Batch,
    exclusive_publication,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.datasets import Dataset, published_datasets
from orchestration.publication.landing import land
from orchestration.publication.publish import collect, publish
from orchestration.quality.gate import run_status
from orchestration.raw.job import raw_build_id, write_raw
from orchestration.transform.dbt import NodeResult
from orchestration.transform.layer import Layer, build_layer
from orchestration.transform.serving import (
    commit_serving,
    load_serving,
    parsed_declarations,
    serving_build,
)
from simulator.config import SimulationConfig


def raw(attempt: Attempt, config: SimulationConfig) -> StepOutcome:
    """Simulate the run's days into raw events."""
    found = _committed(attempt, "raw", raw_build_id(attempt.run.world))
    if found is not None:
        return _found(found, rows_in=0)
    attempt.resources.warm_evaluator(attempt.run)  # imports while the events are simulated
    result = write_raw(
        attempt.settings,
        attempt.client(),
        attempt.connection,
        attempt.claim,
        config,
        on_progress=_progress("raw"),
    )
    return _made(result.manifest, rows_in=0)


def bronze(attempt: Attempt, quarantine_limit_pct: float = QUARANTINE_LIMIT_PCT) -> StepOutcome:
    """Type every raw line, or set it aside with a reason.

    Raises:
        NothingRaw: The run has no committed raw events.
    """
    raw = committed_manifest(attempt.connection, attempt.run, "raw")
    if raw is None:
        raise NothingRaw(f"run {attempt.run.run_id} has no committed raw events")
    build = bronze_build_id(load_rules(attempt.settings.project_root), raw.sha256)
    found = _committed(attempt, "bronze", build)
    if found is not None:
        bronze_gate(attempt)
        return _found(found, raw.rows)
    result = write_bronze(
        attempt.settings,
        attempt.client(),
        attempt.connection,
        attempt.claim,
        read_manifest(attempt.store, raw),
        quarantine_limit_pct=quarantine_limit_pct,
        on_progress=_progress("bronze"),
    )
    bronze_gate(attempt)
    set_aside = sum(
        ref.rows for ref in result.manifest.objects if ref.dataset == QUARANTINE_DATASET
    )
    return _made(result.manifest, raw.rows, note=f"{set_aside:,} lines in quarantine")


def lake_layer(attempt: Attempt, layer: Layer) -> StepOutcome:
    """Build silver or gold with dbt and commit it."""
    built = build_layer(
        attempt.settings,
        attempt.connection,
        attempt.store,
        attempt.claim,
        layer,
        workspace=attempt.workspace,
        projects=attempt.projects,
        on_results=lake_gate(attempt, layer),
    )
    if built.dbt is None:
        return _found(built.manifest, built.rows_in)
    return _made(built.manifest, built.rows_in, note=f"{_tests(built.dbt.nodes)} tests passed")


def serving(attempt: Attempt) -> StepOutcome:
    """Land what is new, prove that it landed whole, and flip the pointer in one transaction."""
    connection, claim = attempt.connection, attempt.claim
    datasets = published_datasets(
        attempt.settings, partial(parsed_declarations, attempt.settings, attempt.projects)
    )
    with exclusive_publication(connection):
        batches = prepare_batches(connection, claim, datasets)
        waiting = sum(not batch.is_landed for batch in batches)
        declarations = [item.declaration for item in datasets]
        build = serving_build(attempt.settings, connection, claim, declarations)
        if waiting or build.known is None:
            land(attempt.settings, datasets, batches)
            load_serving(
                attempt.settings,
                claim,
                workspace=attempt.workspace,
                projects=attempt.projects,
                on_results=record_dbt(attempt, "serving"),
            )
        landed = verify_landed(
            connection,
            claim,
            batches,
            judge=lambda: _judge_serving(attempt, batches, datasets, build.known),
        )
        rows: dict[str, int] = {}
        for batch in batches:
            rows[batch.dataset] = rows.get(batch.dataset, 0) + batch.rows
        commit_serving(connection, attempt.store, claim, build, rows)
        publication = publish(
            connection,
            claim,
            batches,
            status=run_status(connection, claim.run),
            counts=run_counts(attempt),
        )
        collect(connection)
    total = sum(rows.values())
    note = f"publication {publication.publication_id}, {landed:,} rows landed"
    if not publication.is_new:
        note = f"publication {publication.publication_id} was live already"
    loaded = bool(waiting) or build.known is None
    return StepOutcome(not publication.is_new and not loaded, total, total, 0, note)


def _judge_serving(
    attempt: Attempt,
    batches: Sequence[Batch],
    datasets: Sequence[Dataset],
    known: CommittedManifest | None,
) -> None:
    """Judge before a batch counts as landed, so that a refused or killed try is judged again."""
    if known is None or any(not batch.is_landed for batch in batches):
        serving_gate(attempt, batches, datasets)


def run_counts(attempt: Attempt) -> RunCounts:
    """What the run has committed, layer by layer, for meta.etl_runs."""
    counts: dict[str, int | None] = {}
    for layer in ("raw", "bronze", "silver", "gold"):
        known = committed_manifest(attempt.connection, attempt.run, layer)
        counts[layer] = known.rows if known else None
        if layer == "raw" and known:
            manifest = read_manifest(attempt.store, known)
            counts["raw"] = sum(ref.dataset == "pqrs" for ref in manifest.objects)
    return RunCounts(counts["raw"], counts["bronze"], counts["silver"], counts["gold"])


class NothingRaw(WorkFailed):
    """A run without committed raw events."""


def _found(manifest: Manifest, rows_in: int) -> StepOutcome:
    return StepOutcome(True, rows_in, manifest.rows, manifest.size, "committed before, unchanged")


def _made(manifest: Manifest, rows_in: int, note: str = "") -> StepOutcome:
    detail: dict[str, object] = {"build_id": manifest.build_id, "objects": len(manifest.objects)}
    note = note or f"{len(manifest.objects)} objects"
    return StepOutcome(False, rows_in, manifest.rows, manifest.size, note, detail)


def _committed(attempt: Attempt, layer: str, build_id: str) -> Manifest | None:
    """The manifest of this build, when it is committed and all its objects are there."""
    known = committed_manifest(attempt.connection, attempt.run, layer, build_id)
    if known is None:
        return None
    manifest = read_manifest(attempt.store, known)
    if missing_objects(attempt.store, manifest):
        return None
    take_up(attempt.connection, attempt.claim, known)
    return manifest


def _progress(step: str) -> OnProgress:
    started = time.monotonic()

    def report(done: int, total: int, rows: int, size: int) -> None:
        seconds = time.monotonic() - started
        say(StepEvent(step, "progress", done, total, rows, size, seconds))

    return report


def _tests(nodes: Sequence[NodeResult]) -> int:
    return sum(node.node.get("resource_type") in ("test", "unit_test") for node in nodes)
