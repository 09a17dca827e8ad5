"""The layers of a run: each is reused when it is committed and there, else made and committed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT, bronze_build_id, write_bronze
from orchestration.bronze.rules import load_rules
from orchestration.errors import WorkFailed
from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.lake.commit import commit_layer, count_again
from orchestration.lake.committed import (
    are_present,
    committed_manifest,
    read_manifest,
)
from orchestration.lake.event_index import write_event_index
from orchestration.lake.manifest import Edge, LineCounts, Manifest
from orchestration.lake.paths import (
    BRONZE_DATASET,
    QUARANTINE_DATASET,
    RAW_DATASET,
    Layer,
)
from orchestration.progress import OnProgress, step_progress
from orchestration.quality.layers import LayerChecks
from orchestration.raw import expected_events, raw_build_id, write_raw
from orchestration.wording import counted
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
    attempt.session.projects.require_right()
    manifest, edges = make()
    commit_layer(store, attempt.connection, attempt.claim, manifest, edges)
    objects = len(manifest.objects)
    return StepOutcome(
        skipped=False,
        rows_in=rows_in,
        rows=manifest.rows,
        size=manifest.size,
        note=counted(objects, "object"),
        detail={"build_id": build, "objects": objects},
        manifest=manifest,
    )


def raw(attempt: Attempt, config: SimulationConfig) -> StepOutcome:
    """Simulate the run's days into raw events."""

    def make() -> tuple[Manifest, Sequence[Edge]]:
        attempt.prepare()  # while the events are simulated
        workers = attempt.workers(expected_events(attempt.run, config))
        progress = watched_progress(attempt, "raw")
        return write_raw(attempt.settings, workers, attempt.run, config, progress), ()

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
            attempt.workers(committed.rows),
            attempt.run,
            read_manifest(attempt.store, committed),
            quarantine_limit_pct=limit_pct,
            on_progress=watched_progress(attempt, "bronze"),
        )
        events = [ref for ref in manifest.objects if ref.dataset == BRONZE_DATASET]
        files = attempt.objects.verified(events)
        layer_checks(attempt).check_bronze(manifest, files)
        index = write_event_index(attempt.settings, attempt.run, events, files, attempt.objects)
        return replace(manifest, objects=(*manifest.objects, index)), _BRONZE_EDGES

    build = bronze_build_id(load_rules(attempt.settings.project_root), committed.sha256)
    outcome = reuse_or_build(
        attempt,
        "bronze",
        build,
        make,
        check_reused=lambda manifest: layer_checks(attempt).check_bronze(manifest),
        rows_in=committed.rows,
    )
    if outcome.skipped or outcome.manifest is None:
        return outcome
    counts = LineCounts.from_json(outcome.manifest.counts)
    return replace(outcome, note=f"{counted(counts.quarantined_lines, 'line')} in quarantine")


def watched_progress(attempt: Attempt, step: str) -> OnProgress:
    """Report what `step` does; the first report after dbt has found a wrong declaration raises it.

    Silver would refuse it all the same, when everything before it was built for nothing.
    """
    report = step_progress(attempt.progress, step)

    def tell(done: int, total: int, rows: int = 0, size: int = 0) -> None:
        attempt.session.projects.require_right()
        report(done, total, rows, size)

    return tell


def layer_checks(attempt: Attempt) -> LayerChecks:
    """Great Expectations' checks of the layers of an attempt."""
    return LayerChecks(
        attempt.settings, attempt.connection, attempt.objects, attempt.claim, attempt.evaluator
    )
