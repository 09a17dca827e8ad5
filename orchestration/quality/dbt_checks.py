"""dbt's results as checks: tests, unit tests and the contracts of models."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from orchestration.meta.records import Check, CheckResult, Severity

_RESULTS: Mapping[str, CheckResult] = {
    "pass": "PASS",
    "success": "PASS",
    "warn": "WARN",
    "fail": "FAIL",
    "error": "ERROR",
    "runtime error": "ERROR",
    "skipped": "SKIPPED",
}


class Node(Protocol):
    """A dbt node as an invocation reports it."""

    @property
    def unique_id(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def failures(self) -> int | None: ...  # noqa: D102
    @property
    def message(self) -> str | None: ...  # noqa: D102
    @property
    def node(self) -> Mapping[str, Any]: ...  # noqa: D102


def dbt_checks(layer: str, nodes: Iterable[Node]) -> tuple[Check, ...]:
    """One check a test, and one a model with an enforced contract.

    `value` is the number of offending rows. A failing test of severity warn is a warning; all
    else that fails is critical.
    """
    checks = []
    for node in nodes:
        kind = node.node.get("resource_type")
        if kind in ("test", "unit_test"):
            checks.append(_test(layer, node))
        elif kind == "model" and node.node.get("contract", {}).get("enforced"):
            checks.append(_contract(layer, node))
    return tuple(checks)


def _test(layer: str, node: Node) -> Check:
    config = node.node.get("config", {})
    severity: Severity = (
        "warning" if str(config.get("severity", "")).lower() == "warn" else "critical"
    )
    return Check(
        dataset=_dataset(node.node),
        check_name=str(node.node.get("name", node.unique_id)),
        result=_RESULTS.get(node.status, "ERROR"),
        layer=layer,
        severity=severity,
        tool="dbt" if node.node["resource_type"] == "test" else "dbt unit test",
        value=node.failures,
        threshold=0,
        details=_details(node),
    )


def _contract(layer: str, node: Node) -> Check:
    failed = node.status in ("error", "runtime error")
    return Check(
        dataset=_dataset(node.node),
        check_name=f"contract_{node.node.get('name')}",
        result=_RESULTS.get(node.status, "ERROR"),
        layer=layer,
        severity="critical",
        tool="dbt contract",
        value=1 if failed else 0,
        threshold=0,
        details=_details(node),
    )


def _details(node: Node) -> dict[str, object]:
    details: dict[str, object] = {"unique_id": node.unique_id, "seconds": round(node.seconds, 3)}
    if node.message:
        details["message"] = node.message
    if query := node.node.get("compiled_code"):
        details["query"] = query
    return details


def _dataset(node: Mapping[str, Any]) -> str:
    """The dataset that a node speaks of: `silver.tickets` for the model silver_tickets."""
    name = node.get("name") if node.get("resource_type") == "model" else None
    if name is None:
        attached = node.get("attached_node") or node.get("model")
        if attached is None:
            depends_on = [
                parent
                for parent in node.get("depends_on", {}).get("nodes", [])
                if parent.startswith(("model.", "source.", "seed."))
            ]
            attached = depends_on[0] if depends_on else node.get("name", "")
        name = str(attached).rsplit(".", 1)[-1]
    layer, _, noun = str(name).partition("_")
    return f"{layer}.{noun}" if noun and layer in ("silver", "gold", "serving") else str(name)
