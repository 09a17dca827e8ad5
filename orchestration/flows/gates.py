"""Where checks decide: after bronze, before silver and gold are committed, before the pointer."""

from collections.abc import Callable, Sequence

from orchestration.flows.attempt import Attempt
from orchestration.meta.records import record_checks
from orchestration.publication.batches import Batch
from orchestration.publication.checks import serving_checks
from orchestration.publication.datasets import Dataset
from orchestration.publication.parity import parity, parity_checks
from orchestration.quality.dbt_checks import dbt_checks
from orchestration.quality.gate import require_pass
from orchestration.quality.layers import Gate
from orchestration.quality.recorded import require_world_passes
from orchestration.transform.dbt import NodeResult
from orchestration.transform.layer import Layer


def bronze_gate(attempt: Attempt) -> None:
    """Judge the committed bronze, or take the word of the attempt that did.

    Raises:
        QualityFailed: A critical check failed, now or then, here or in another run of the world.
    """
    require_pass("bronze", _gate(attempt).check_bronze())
    require_world_passes(attempt.connection, attempt.run)


def lake_gate(attempt: Attempt, layer: Layer) -> Callable[[Sequence[NodeResult]], None]:
    """What follows dbt: its results are recorded, then what it wrote is judged before it counts.

    The function raises QualityFailed: what was written is never committed.
    """

    def judge(nodes: Sequence[NodeResult]) -> None:
        record_dbt(attempt, layer)(nodes)
        if any(node.status in ("error", "fail", "runtime error") for node in nodes):
            return  # the layer fails by dbt's own word, and is not whole
        gate, staging = _gate(attempt), attempt.workspace / layer / "staging" / layer
        check = gate.check_silver if layer == "silver" else gate.check_gold
        require_pass(layer, check(staging))

    return judge


def serving_gate(attempt: Attempt, batches: Sequence[Batch], datasets: Sequence[Dataset]) -> None:
    """Judge what is about to be published, and compare what has just landed with the lake.

    Raises:
        QualityFailed: A critical check failed; what is live stays live.
    """
    waiting = [batch for batch in batches if not batch.is_landed]
    checks = [
        *serving_checks(attempt.connection, batches, datasets),
        *parity_checks(parity(attempt.settings, waiting)),
    ]
    record_checks(attempt.connection, attempt.claim, checks)
    require_pass("serving", checks)


def record_dbt(attempt: Attempt, layer: str) -> Callable[[Sequence[NodeResult]], None]:
    """Write dbt's results down, failing ones too."""

    def record(nodes: Sequence[NodeResult]) -> None:
        record_checks(attempt.connection, attempt.claim, dbt_checks(layer, nodes))

    return record


def _gate(attempt: Attempt) -> Gate:
    return Gate(
        attempt.settings, attempt.connection, attempt.store, attempt.claim, attempt.evaluator
    )
