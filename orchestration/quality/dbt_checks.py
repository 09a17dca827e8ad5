"""dbt's results as checks: tests, unit tests and the contracts of models."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import psycopg

from orchestration.meta.records import Check, CheckResult, Severity
from orchestration.run import Run

_RESULTS: Mapping[str, CheckResult] = {
    "pass": "PASS",
    "success": "PASS",
    "warn": "WARN",
    "fail": "FAIL",
    "error": "ERROR",
    "runtime error": "ERROR",
    "skipped": "SKIPPED",
}
_LAYERS = ("silver", "gold", "serving")


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


def dbt_checks(
    layer: str, nodes: Iterable[Node], build_id: str, judged_by: str | None = None
) -> tuple[Check, ...]:
    """One check per test, and one per model with an enforced contract.

    `value` is the number of rows that break the rule. A failing test of severity warn is a
    warning; all else that fails is critical.

    Args:
        layer: silver, gold or serving.
        nodes: What an invocation reports.
        build_id: The build of the layer that the invocation made.
        judged_by: The tests that judged it, where their verdicts count for later tries.
    """
    checks = []
    for node in nodes:
        kind = node.node.get("resource_type")
        if kind in ("test", "unit_test"):
            checks.append(_test(layer, node))
        elif kind == "model" and node.node.get("contract", {}).get("enforced"):
            checks.append(_contract(layer, node))
    return tuple(check.of_build(build_id, judged_by) for check in checks)


def have_passed(
    connection: psycopg.Connection, run: Run, layer: str, build_id: str, judged_by: str
) -> bool:
    """Whether the last verdict of these tests on a build of a layer let it through, all of them."""
    row = connection.execute(
        """
        select bool_and(result in ('PASS', 'WARN'))
        from meta.data_quality
        where run_id = %(run)s and layer = %(layer)s and build_id = %(build)s and tool like 'dbt%%'
            and judged_by = %(judged_by)s
            and attempt = (
                select max(attempt) from meta.data_quality
                where run_id = %(run)s and layer = %(layer)s and build_id = %(build)s
                    and tool like 'dbt%%'
            )
        """,
        {"run": run.run_id, "layer": layer, "build": build_id, "judged_by": judged_by},
    ).fetchone()
    return row == (True,)


def _test(layer: str, node: Node) -> Check:
    config = node.node.get("config", {})
    severity: Severity = (
        "warning" if str(config.get("severity", "")).lower() == "warn" else "critical"
    )
    return Check(
        dataset=_dataset(node.node),
        check_name=_check_name(node),
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


def _check_name(node: Node) -> str:
    """The `check_name` in the test's meta; else a generic test's own name, if it tests a model.

    A test of a column keeps its node's name: several columns of a model may have the same test.
    """
    meta = node.node.get("config", {}).get("meta", {})
    if name := meta.get("check_name"):
        return str(name)
    name = str(node.node.get("name", node.unique_id))
    generic = node.node.get("test_metadata", {})
    is_named_by_dbt = name.startswith(f"{generic.get('name')}_{_model(node.node)}")
    if generic and is_named_by_dbt and not node.node.get("column_name"):
        return str(generic["name"])
    return name


def _dataset(node: Mapping[str, Any]) -> str:
    """The dataset that a node belongs to: `silver.tickets` for the model silver_tickets.

    `dataset` in the meta of a test goes before the model that it tests.
    """
    if dataset := node.get("config", {}).get("meta", {}).get("dataset"):
        return str(dataset)
    name = _model(node)
    layer, _, noun = name.partition("_")
    return f"{layer}.{noun}" if noun and layer in _LAYERS else name


def _model(node: Mapping[str, Any]) -> str:
    """The model that a node is, or tests: the first that it depends on when it names none."""
    if node.get("resource_type") == "model":
        return str(node.get("name", ""))
    tested = node.get("attached_node") or node.get("model")
    if tested is None:
        depends_on = [
            parent
            for parent in node.get("depends_on", {}).get("nodes", [])
            if parent.startswith(("model.", "source.", "seed."))
        ]
        tested = depends_on[0] if depends_on else node.get("name", "")
    return str(tested).rsplit(".", 1)[-1]
