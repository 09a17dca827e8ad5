"""Silver and gold: the layers of a run that dbt builds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.flows.layers import layer_checks, reuse_or_build
from orchestration.flows.recording import record_dbt
from orchestration.lake.committed import (
    CommittedManifest,
    are_present,
    effective_objects,
    newest_manifests,
    read_manifest,
)
from orchestration.lake.manifest import Edge, Manifest
from orchestration.lake.paths import BRONZE_DATASET
from orchestration.progress import step_progress
from orchestration.quality.dbt_checks import have_passed
from orchestration.settings.dask import number_of_buckets
from orchestration.transform import layer as dbt_layer
from orchestration.transform.carrying import (
    made_by_other_code,
    may_carry_over,
    settled_build,
    write_needed_objects,
)
from orchestration.transform.dbt import DbtResult
from orchestration.transform.fingerprint import build_id, id_of_tests
from orchestration.transform.layer import LayerFailed, require_success
from orchestration.transform.reasons import said_of_tests

# Of few lines dbt itself takes most of the time, and two of its nodes share the memory of one.
_FEW_LINES = 1_000_000


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
    tests = id_of_tests(settings, layer, projects)
    build = _build_to_have(attempt, layer, inputs, tests)
    own_lines = sum(known.rows for known in needed if known.run_id == run.run_id)
    buckets = number_of_buckets(settings.dask, own_lines) if layer == "silver" else 1
    tested = ""

    def make() -> tuple[Manifest, Sequence[Edge]]:
        nonlocal tested
        carries_over = layer == "silver" and may_carry_over(connection, run, inputs, build)
        if buckets == 1:
            result = _stage(attempt, layer, carries_over, 2 if own_lines <= _FEW_LINES else None)
        else:
            result = _stage_in_buckets(attempt, buckets, carries_over, is_alone=len(needed) == 1)
        record_dbt(attempt, layer, build, result.nodes, tests)
        if not result.failed():  # else dbt itself refuses the layer, and it is not whole
            staging = dbt_layer.staging_folder(attempt.workspace, layer)
            check_layer(attempt, layer, build, staging)
        require_success(layer, result)
        tested = said_of_tests(result.nodes)
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
    if outcome.skipped:
        return outcome
    note = tested + (f", {buckets} buckets" if buckets > 1 else "")
    if layer == "silver" and (older := made_by_other_code(connection, run, build)):
        note += f"; all cases were built: {_said_of(older)}"
    detail = {"buckets": buckets} if layer == "silver" else {}
    return replace(outcome, note=note, detail={**outcome.detail, **detail})


def _build_to_have(
    attempt: Attempt, layer: dbt_layer.Layer, inputs: Sequence[CommittedManifest], tests: str
) -> str:
    """The build_id that code and inputs ask for, or that of a build which stands for it."""

    def id_of(manifests: Sequence[CommittedManifest]) -> str:
        shas = [known.sha256 for known in manifests]
        return build_id(attempt.settings, layer, shas, attempt.session.projects)

    wanted = id_of(inputs)
    known = settled_build(attempt.connection, attempt.run, layer, inputs, id_of)
    if known is None or known.build_id == wanted:
        return wanted
    # Made again it would be made from all inputs, and be another build.
    is_whole = have_passed(
        attempt.connection, attempt.run, layer, known.build_id, tests
    ) and are_present(attempt.store, read_manifest(attempt.store, known).objects)
    return known.build_id if is_whole else wanted


def _said_of(older: Sequence[tuple[date, date]]) -> str:
    """What made silver of other runs useless for this one, and what to do about it."""
    first, last = older[0]
    more = f" and {len(older) - 1} more" if len(older) > 1 else ""
    return (
        f"other code made the silver of the run of {first} to {last}{more}, and until these days"
        " are run again each new day costs as much"
    )


def _stage(
    attempt: Attempt, layer: dbt_layer.Layer, carries_over: bool, threads: int | None
) -> DbtResult:
    """Build a layer in this process."""
    # Tables of a silver that is built at once are small enough to lie on the disk unpacked, which
    # saves a tenth of the work.
    facts = {"PQR_DUCKDB_COMPRESSION": "uncompressed"} if layer == "silver" else {}
    if carries_over:
        listed = attempt.workspace / "needed_objects.csv"
        write_needed_objects(attempt.settings, attempt.connection, attempt.run, listed)
        facts["PQR_NEEDED_OBJECTS"] = str(listed)
    return dbt_layer.stage_layer(
        attempt.settings,
        attempt.run,
        layer,
        workspace=attempt.workspace,
        projects=attempt.session.projects,
        objects=attempt.objects.folder,
        carries_over=carries_over,
        facts=facts,
        threads=threads,
        on_progress=step_progress(attempt.progress, layer),
    )


def _stage_in_buckets(
    attempt: Attempt, count: int, carries_over: bool, *, is_alone: bool
) -> DbtResult:
    """Build silver in buckets of cases on Dask."""
    from orchestration.transform.buckets import BucketedBuild

    world = attempt.run.world.world_id
    bronze = effective_objects(attempt.connection, world, "bronze", BRONZE_DATASET)
    build = BucketedBuild(
        attempt.settings,
        attempt.run,
        attempt.workers(),
        count,
        attempt.workspace,
        attempt.session.projects,
        bronze,
        carries_over,
        is_alone,
    )
    result = build.stage(attempt.connection, step_progress(attempt.progress, "silver"))
    attempt.session.release_cluster()  # gold needs its memory
    return result


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
    checks = layer_checks(attempt)
    (checks.check_silver if layer == "silver" else checks.check_gold)(build_id, staging)
