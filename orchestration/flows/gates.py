"""Where checks decide: before a layer is committed, and before the pointer of publication moves."""

from collections.abc import Callable, Sequence
from pathlib import Path

from orchestration.flows.attempt import Attempt
from orchestration.lake.manifest import Manifest
from orchestration.meta.records import record_checks
from orchestration.publication.batches import Batch
from orchestration.publication.checks import serving_checks
from orchestration.publication.datasets import Dataset
from orchestration.publication.parity import parity, parity_checks
from orchestration.quality.dbt_checks import dbt_checks
from orchestration.quality.layers import LayerChecks
from orchestration.quality.verdicts import require_pass
from orchestration.transform.dbt import NodeResult, is_lost_connection
from orchestration.transform.layer import Layer


def check_bronze(attempt: Attempt, manifest: Manifest) -> None:
    """Check bronze before its manifest is committed, or a committed one that is used again.

    Raises:
        QualityFailed: A critical check failed.
        StoreUnavailable: S3 did not answer.
    """
    _checks(attempt).check_bronze(manifest)


def check_layer(attempt: Attempt, layer: Layer, build_id: str, staging: Path | None) -> None:
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
    check = checks.check_silver if layer == "silver" else checks.check_gold
    check(build_id, staging)


def record_dbt(
    attempt: Attempt, layer: str, build_id: str
) -> Callable[[Sequence[NodeResult]], None]:
    """What records dbt's results, failing ones too; a lost connection is no result."""

    def record(nodes: Sequence[NodeResult]) -> None:
        known = [node for node in nodes if not _is_interrupted(node)]
        record_checks(attempt.connection, attempt.claim, dbt_checks(layer, known, build_id))

    return record


def lake_gate(attempt: Attempt, layer: Layer) -> Callable[[str, Sequence[NodeResult]], None]:
    """What follows dbt: its results are recorded, then what it wrote is checked.

    The function takes the build and its nodes, and raises as `check_layer` does.
    """

    def check(build_id: str, nodes: Sequence[NodeResult]) -> None:
        record_dbt(attempt, layer, build_id)(nodes)
        if any(node.status in ("error", "fail", "runtime error") for node in nodes):
            return  # dbt itself refuses the layer, and it is not whole
        check_layer(attempt, layer, build_id, attempt.workspace / layer / "staging" / layer)

    return check


def serving_gate(
    attempt: Attempt, batches: Sequence[Batch], datasets: Sequence[Dataset], build_id: str
) -> None:
    """Check what is about to be published, and compare what has just landed with the lake.

    Raises:
        QualityFailed: A critical check failed; what is live stays live.
    """
    waiting = [batch for batch in batches if not batch.is_landed]
    found = [
        *serving_checks(attempt.connection, batches, datasets),
        *parity_checks(parity(attempt.settings, waiting)),
    ]
    checks = [check.of_build(build_id) for check in found]
    record_checks(attempt.connection, attempt.claim, checks)
    require_pass("serving", checks)


def _is_interrupted(node: NodeResult) -> bool:
    return node.status in ("error", "runtime error") and is_lost_connection(node.message or "")


def _checks(attempt: Attempt) -> LayerChecks:
    return LayerChecks(
        attempt.settings, attempt.connection, attempt.objects, attempt.claim, attempt.evaluator
    )
