"""The layers of a run: each is reused when it is committed and there, else made and committed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT, bronze_build_id, write_bronze
from orchestration.bronze.rules import load_rules
from orchestration.errors import WorkFailed
from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.flows.recording import log_models
from orchestration.lake.commit import commit_layer, count_again
from orchestration.lake.committed import (
    are_present,
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
from orchestration.meta.records import record_checks
from orchestration.progress import step_progress
from orchestration.quality.dbt_checks import dbt_checks, have_passed
from orchestration.quality.layers import LayerChecks
from orchestration.raw import expected_events, raw_build_id, write_raw
from orchestration.transform import layer as dbt_layer
from orchestration.transform.carrying import may_carry_over
from orchestration.transform.dbt import NodeResult, is_lost_connection
from orchestration.transform.fingerprint import build_id, id_of_tests
from orchestration.transform.layer import LayerFailed, require_success
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
        is_complete: Whether what the layer has outside of the bucket is there: rows, verdicts.
    """
    connection, store = attempt.connection, attempt.store
    known = committed_manifest(connection, attempt.run, layer, build)
    if known is not None and is_complete:
        manifest = read_manifest(store, known)
        if are_present(store, manifest.objects):
            if check_reused is not None:
                check_reused(manifest)
            count_again(connection, attempt.claim, known)
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
        attempt.prepare()  # while the events are simulated
        client = attempt.client(expected_events(attempt.run, config))
        progress = step_progress(attempt.progress, "raw")
        return write_raw(attempt.settings, client, attempt.run, config, progress), ()

    return reuse_or_build(attempt, "raw", raw_build_id(attempt.run.world), make)


def bronze(attempt: Attempt, limit_pct: float = QUARANTINE_LIMIT_PCT) -> StepOutcome:
    """Type every raw line, or set it aside with a reason.

    Raises:
        NothingRaw: The run has no committed raw events.
        QuarantineLimit: More than `limit_pct` of the lines cannot enter bronze.
        QualityFailed: A critical check failed.
        StoreUnavailable: S3 did not answer.
    """
    committed = committed_manifest(attempt.connection, attempt.run, "raw")
    if committed is None:
        raise NothingRaw(
            f"run {attempt.run.run_id} has no committed raw events: `pqr run` writes them"
        )

    def make() -> tuple[Manifest, Sequence[Edge]]:
        attempt.prepare()  # where raw was ingested or committed before
        manifest = write_bronze(
            attempt.settings,
            attempt.client(committed.rows),
            attempt.run,
            read_manifest(attempt.store, committed),
            quarantine_limit_pct=limit_pct,
            on_progress=step_progress(attempt.progress, "bronze"),
        )
        _checks(attempt).check_bronze(manifest)
        return manifest, _BRONZE_EDGES

    build = bronze_build_id(load_rules(attempt.settings.project_root), committed.sha256)
    outcome = reuse_or_build(
        attempt,
        "bronze",
        build,
        make,
        check_reused=lambda manifest: _checks(attempt).check_bronze(manifest),
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


def _built_by_dbt(attempt: Attempt, layer: dbt_layer.Layer) -> StepOutcome:
    run, settings, connection = attempt.run, attempt.settings, attempt.connection
    required, *optional = dbt_layer.READS[layer]
    needed = newest_manifests(connection, run.world.world_id, required)
    inputs = list(needed)
    for other in optional:
        inputs += newest_manifests(connection, run.world.world_id, other)
    if not needed:
        raise LayerFailed(f"{layer}: no committed {required} in world {run.world.world_id}")
    projects = attempt.session.projects
    build = build_id(settings, layer, [known.sha256 for known in inputs], projects)
    tests = id_of_tests(settings, layer, projects)
    passed = 0

    def make() -> tuple[Manifest, Sequence[Edge]]:
        nonlocal passed
        carries_over = layer == "silver" and may_carry_over(connection, run, inputs, build)
        result = dbt_layer.stage_layer(
            settings,
            run,
            layer,
            workspace=attempt.workspace,
            projects=projects,
            objects=attempt.objects.folder,
            carries_over=carries_over,
            on_progress=step_progress(attempt.progress, layer),
        )
        record_dbt(attempt, layer, build, result.nodes, tests)
        if not result.failed():  # else dbt itself refuses the layer, and it is not whole
            staging = dbt_layer.staging_folder(attempt.workspace, layer)
            check_layer(attempt, layer, build, staging)
        require_success(layer, result)
        passed = _tests(result.nodes)
        manifest = dbt_layer.upload_layer(
            attempt.store, connection, run, layer, build, inputs, attempt.workspace, attempt.objects
        )
        return manifest, attempt.session.graph(run).edges(layer)

    def check_reused(manifest: Manifest) -> None:
        check_layer(attempt, layer, manifest.build_id, None)

    # dbt tests what it builds: for a changed test the same bytes are made again.
    passed_before = have_passed(connection, run, layer, build, tests)
    outcome = reuse_or_build(
        attempt, layer, build, make, check_reused=check_reused,
        rows_in=sum(known.rows for known in needed), is_complete=passed_before,
    )  # fmt: skip
    return outcome if outcome.skipped else replace(outcome, note=f"{passed} tests passed")


def _tests(nodes: Sequence[NodeResult]) -> int:
    return sum(node.node.get("resource_type") in ("test", "unit_test") for node in nodes)


def check_layer(
    attempt: Attempt, layer: dbt_layer.Layer, build_id: str, staging: Path | None
) -> None:
    """Check silver or gold before it is committed, or a committed build that is used again.

    Args:
        attempt: The running attempt.
        layer: silver or gold.
        build_id: The build that the verdicts belong to.
        staging: What dbt wrote; None when the build is committed.

    Raises:
        QualityFailed: A critical check failed; what was written is never committed.
        StoreUnavailable: S3 did not answer.
    """
    checks = _checks(attempt)
    (checks.check_silver if layer == "silver" else checks.check_gold)(build_id, staging)


def record_dbt(
    attempt: Attempt, layer: str, build_id: str, nodes: Sequence[NodeResult], tests: str = ""
) -> None:
    """Record dbt's results, failing ones too; a lost connection is not a result."""
    known = [node for node in nodes if not _is_interrupted(node)]
    # A verdict of all tests counts for later tries: none if some test was not made.
    judged_by = tests if tests and len(known) == len(nodes) else None
    checks = dbt_checks(layer, known, build_id, judged_by)
    record_checks(attempt.connection, attempt.claim, checks)
    log_models(attempt, layer, nodes)


def _is_interrupted(node: NodeResult) -> bool:
    return node.status in ("error", "runtime error") and is_lost_connection(node.message or "")


def _checks(attempt: Attempt) -> LayerChecks:
    return LayerChecks(
        attempt.settings, attempt.connection, attempt.objects, attempt.claim, attempt.evaluator
    )
