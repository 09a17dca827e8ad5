"""The layers of a run: each is reused when it is committed and there, else made and committed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT, bronze_build_id, write_bronze
from orchestration.bronze.rules import load_rules
from orchestration.errors import WorkFailed
from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.flows.gates import (
    check_bronze,
    check_layer,
    lake_gate,
    record_dbt,
    serving_gate,
)
from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import (
    are_present,
    committed_counts,
    committed_manifest,
    newest_manifests,
    read_manifest,
)
from orchestration.lake.manifest import Edge, LineCounts, Manifest
from orchestration.lake.paths import (
    BRONZE_DATASET,
    QUARANTINE_DATASET,
    RAW_DATASET,
    Layer,
)
from orchestration.progress import step_progress
from orchestration.publication.batches import (
    Batch,
    exclusive_publication,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.datasets import published_datasets
from orchestration.publication.landing import land
from orchestration.publication.publish import collect, publish
from orchestration.quality.verdicts import run_status
from orchestration.raw.job import raw_build_id, write_raw
from orchestration.transform import layer as lake_layers
from orchestration.transform.carrying import may_carry_over
from orchestration.transform.dbt import NodeResult
from orchestration.transform.fingerprint import build_id
from orchestration.transform.layer import LayerFailed, require_success
from orchestration.transform.serving import (
    load_serving,
    parsed_declarations,
    serving_build,
    serving_manifest,
)
from simulator.config import SimulationConfig

_BRONZE_EDGES = tuple(
    Edge(dataset, "raw", RAW_DATASET) for dataset in (BRONZE_DATASET, QUARANTINE_DATASET)
)


class NothingRaw(WorkFailed):
    """A run without committed raw events."""


def reuse_or_build(
    attempt: Attempt,
    layer: Layer,
    build: str,
    make: Callable[[], tuple[Manifest, Sequence[Edge]]],
    *,
    check_reused: Callable[[Manifest], None] | None = None,
    rows_in: int = 0,
    is_complete: bool = True,
) -> StepOutcome:
    """Reuse a committed build whose objects are all there, else make, check and commit it.

    Args:
        attempt: The running attempt.
        layer: Of the lake, or serving.
        build: The build_id that code and inputs ask for.
        make: Writes and checks the layer's objects; gives the manifest to commit and what each of
            its datasets is made from.
        check_reused: Checks a reused build: the policy may have changed since it was committed.
        rows_in: Rows that the layer reads.
        is_complete: Whether what the layer has outside of the bucket is there.
    """
    connection, store = attempt.connection, attempt.store
    known = committed_manifest(connection, attempt.run, layer, build)
    if known is not None and is_complete:
        manifest = read_manifest(store, known)
        if are_present(store, manifest.objects):
            if check_reused is not None:
                check_reused(manifest)
            take_up(connection, attempt.claim, known)
            note = "committed before, unchanged"
            return StepOutcome(True, rows_in, manifest.rows, manifest.size, note, {}, manifest)
    manifest, edges = make()
    commit_layer(store, attempt.connection, attempt.claim, manifest, edges)
    objects = len(manifest.objects)
    return StepOutcome(
        skipped=False,
        rows_in=rows_in,
        rows=manifest.rows,
        size=manifest.size,
        note=f"{objects} objects",
        detail={"build_id": build, "objects": objects},
        manifest=manifest,
    )


def raw(attempt: Attempt, config: SimulationConfig) -> StepOutcome:
    """Simulate the run's days into raw events."""

    def make() -> tuple[Manifest, Sequence[Edge]]:
        attempt.evaluator()  # imports Great Expectations while the events are simulated
        progress = step_progress(attempt.progress, "raw")
        settings = attempt.settings
        return write_raw(settings, attempt.client(), attempt.run, config, progress), ()

    return reuse_or_build(attempt, "raw", raw_build_id(attempt.run.world), make)


def bronze(attempt: Attempt, limit_pct: float = QUARANTINE_LIMIT_PCT) -> StepOutcome:
    """Type every raw line, or set it aside with a reason.

    Raises:
        NothingRaw: The run has no committed raw events.
        QuarantineLimit: More than `limit_pct` of the lines cannot enter bronze.
        QualityFailed: A critical check failed.
    """
    committed = committed_manifest(attempt.connection, attempt.run, "raw")
    if committed is None:
        raise NothingRaw(
            f"run {attempt.run.run_id} has no committed raw events: `pqr run` writes them"
        )

    def make() -> tuple[Manifest, Sequence[Edge]]:
        manifest = write_bronze(
            attempt.settings,
            attempt.client(),
            attempt.run,
            read_manifest(attempt.store, committed),
            quarantine_limit_pct=limit_pct,
            on_progress=step_progress(attempt.progress, "bronze"),
        )
        check_bronze(attempt, manifest)
        return manifest, _BRONZE_EDGES

    build = bronze_build_id(load_rules(attempt.settings.project_root), committed.sha256)
    outcome = reuse_or_build(
        attempt,
        "bronze",
        build,
        make,
        check_reused=partial(check_bronze, attempt),
        rows_in=committed.rows,
    )
    if outcome.skipped or outcome.manifest is None:
        return outcome
    counts = LineCounts.from_json(outcome.manifest.counts)
    return replace(outcome, note=f"{counts.quarantined_lines:,} lines in quarantine")


def silver(attempt: Attempt) -> StepOutcome:
    """Build the cases with dbt from the bronze of the whole world."""
    return _built_by_dbt(attempt, "silver")


def gold(attempt: Attempt) -> StepOutcome:
    """Build the KPIs with dbt from the silver of the whole world."""
    return _built_by_dbt(attempt, "gold")


def _built_by_dbt(attempt: Attempt, layer: lake_layers.Layer) -> StepOutcome:
    run, settings, connection = attempt.run, attempt.settings, attempt.connection
    reads = lake_layers.READS[layer]
    inputs = newest_manifests(connection, run.world.world_id, reads)
    if not inputs:
        raise LayerFailed(f"{layer}: no committed {reads} in world {run.world.world_id}")
    build = build_id(settings, layer, [known.sha256 for known in inputs])
    passed = 0

    def make() -> tuple[Manifest, Sequence[Edge]]:
        nonlocal passed
        carries_over = layer == "silver" and may_carry_over(connection, run, inputs, build)
        attempt.objects.verified(
            lake_layers.objects_read(connection, run, layer, carries_over=carries_over)
        )
        result = lake_layers.stage_layer(
            settings,
            run,
            layer,
            workspace=attempt.workspace,
            projects=attempt.session.projects,
            objects=attempt.objects.folder,
            carries_over=carries_over,
            on_progress=step_progress(attempt.progress, layer),
        )
        lake_gate(attempt, layer)(build, result.nodes)
        require_success(layer, result)
        passed = _tests(result.nodes)
        manifest = lake_layers.upload_layer(
            attempt.store, connection, run, layer, build, inputs, attempt.workspace, attempt.objects
        )
        return manifest, attempt.session.graph(run).edges(layer)

    rows_in = sum(known.rows for known in inputs)

    def check_reused(manifest: Manifest) -> None:
        check_layer(attempt, layer, manifest.build_id, None)

    outcome = reuse_or_build(
        attempt, layer, build, make, check_reused=check_reused, rows_in=rows_in
    )
    return outcome if outcome.skipped else replace(outcome, note=f"{passed} tests passed")


def serving(attempt: Attempt) -> StepOutcome:
    """Land what is new, prove that it landed whole, and flip the pointer in one transaction."""
    connection, claim = attempt.connection, attempt.claim
    parse = partial(parsed_declarations, attempt.settings, attempt.session.projects)
    datasets = published_datasets(attempt.settings, parse)
    with exclusive_publication(connection):
        batches = prepare_batches(connection, claim, datasets)
        waiting = [batch for batch in batches if not batch.is_landed]
        declarations = [dataset.declaration for dataset in datasets]
        build = serving_build(attempt.settings, connection, attempt.run, declarations)
        rows = _rows_by_dataset(batches)

        def make() -> tuple[Manifest, Sequence[Edge]]:
            land(attempt.settings, datasets, batches)
            _load(attempt, build.build_id)
            # Before a batch counts as landed: a refused or killed try is checked again.
            check = partial(serving_gate, attempt, batches, datasets, build.build_id)
            verify_landed(connection, claim, batches, judge=check)
            manifest = serving_manifest(connection, attempt.run, build, rows)
            return manifest, attempt.session.graph(attempt.run).edges("serving")

        outcome = reuse_or_build(attempt, "serving", build.build_id, make, is_complete=not waiting)
        publication = publish(
            connection,
            claim,
            batches,
            status=run_status(connection, claim.run),
            counts=committed_counts(connection, claim.run),
        )
        collect(connection)
    total, landed = sum(rows.values()), sum(batch.rows for batch in waiting)
    note = f"publication {publication.publication_id}, {landed:,} rows landed"
    if not publication.is_new:
        note = f"publication {publication.publication_id} was live already"
    return StepOutcome(not publication.is_new and outcome.skipped, total, total, 0, note)


def _load(attempt: Attempt, build: str) -> None:
    """Let dbt load what has landed into the serving tables."""
    result = load_serving(
        attempt.settings,
        attempt.run,
        workspace=attempt.workspace,
        projects=attempt.session.projects,
        on_progress=step_progress(attempt.progress, "serving"),
    )
    record_dbt(attempt, "serving", build)(result.nodes)
    require_success("serving", result)


def _rows_by_dataset(batches: Sequence[Batch]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for batch in batches:
        rows[batch.dataset] = rows.get(batch.dataset, 0) + batch.rows
    return rows


def _tests(nodes: Sequence[NodeResult]) -> int:
    return sum(node.node.get("resource_type") in ("test", "unit_test") for node in nodes)
