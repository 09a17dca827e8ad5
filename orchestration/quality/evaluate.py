"""Measures, limits and the verdicts of Great Expectations as rows of meta.data_quality."""

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.meta.records import Check, CheckResult
from orchestration.quality.comparison import Comparison
from orchestration.quality.gx import GxClient, Result
from orchestration.quality.measure import (
    ExpectedValues,
    Figure,
    Measure,
    Measured,
    RowRule,
    Rule,
    Shares,
    measure,
    sample,
)
from orchestration.quality.verdicts import TOOL, Limit, Policy


def evaluate_rules(
    duck: duckdb.DuckDBPyConnection,
    layer: str,
    rules: Sequence[Rule],
    comparison: Comparison,
    policy: Policy,
    gx: GxClient,
    *,
    docs: Path,
    run_name: str,
) -> tuple[Check, ...]:
    """Measure a layer and evaluate every rule of its suite.

    Args:
        duck: Where the tables that the rules name are.
        layer: bronze, silver or gold.
        rules: The suite.
        comparison: What the run is compared with.
        policy: Severities and limits.
        gx: Great Expectations.
        docs: Where its results are kept.
        run_name: Under which they are shown.

    Raises:
        InvalidPolicyError: A check is not in the policy.
        GxFailed: Great Expectations is not there.
        duckdb.IOException: A file cannot be read.
    """
    clock = time.monotonic()
    frames, measures = measure(duck, layer, rules, comparison.shares)
    limits = {_name(item): _limit(layer, item, comparison, policy) for item in measures}
    measured_seconds = time.monotonic() - clock
    waited = gx.waited_seconds
    results = {
        result.check: result
        for result in gx.evaluate(docs, run_name, _request((frames, measures), limits))
    }
    # The import is paid once per run, mostly while other work goes on; the wait is separate.
    waited = gx.waited_seconds - waited
    spent = time.monotonic() - clock - waited
    shared: dict[str, object] = {
        "seconds": round(spent / max(len(measures), 1), 4),
        "measured_seconds": round(measured_seconds, 3),
    }
    if waited:
        shared["import_seconds"] = round(gx.import_seconds, 3)
        shared["import_waited_seconds"] = round(waited, 3)
    return tuple(
        _check(duck, layer, item, limits[_name(item)], results.get(_name(item)), shared)
        for item in measures
    )


def _limit(layer: str, item: Measure, comparison: Comparison, policy: Policy) -> Limit:
    rule = item.rule
    limit = policy.limit(layer, rule.dataset, rule.name, comparison.run.date_max)
    allowance = comparison.allowance(rule.name, item.count, max(len(item.expected), 2))
    # Expected volume is a percentage of what the calendar gives; the others start from 0.
    around = 100.0 if rule.name == "volume_to_expected_pct" else 0.0
    return limit.widened(allowance, around)


def _request(measured: Measured, limits: Mapping[str, Limit]) -> list[dict[str, Any]]:
    frames, measures = measured
    suites = []
    for frame in frames:
        expectations = [
            _expectation(item, limits[_name(item)]) for item in measures if item.frame == frame.name
        ]
        columns = {name: list(values) for name, values in frame.columns.items()}
        suites.append({"name": frame.name, "columns": columns, "expectations": expectations})
    return suites


def _expectation(item: Measure, limit: Limit) -> dict[str, Any]:
    rule = item.rule
    kwargs: dict[str, Any]
    between = {"min_value": limit.least, "max_value": limit.most}
    match rule:
        case RowRule():
            kind, kwargs = "ExpectColumnSumToBeBetween", {"column": rule.name, **between}
        case Figure():
            column = f"{rule.dataset}.{rule.name}"
            kind, kwargs = "ExpectColumnMaxToBeBetween", {"column": column, **between}
        case ExpectedValues():
            kind = "ExpectColumnDistinctValuesToEqualSet"
            kwargs = {"column": "value", "value_set": list(item.expected)}
        case Shares():
            kind = "ExpectColumnKLDivergenceToBeLessThan"
            kwargs = {
                "column": "value",
                "threshold": limit.most,
                "partition_object": {
                    "values": [value for value, _ in item.expected],
                    "weights": [weight for _, weight in item.expected],
                },
            }
    return {"check": _name(item), "kind": kind, "kwargs": kwargs, "severity": limit.severity}


def _check(
    duck: duckdb.DuckDBPyConnection,
    layer: str,
    item: Measure,
    limit: Limit,
    result: Result | None,
    shared: Mapping[str, object],
) -> Check:
    rule = item.rule
    value = item.value
    if isinstance(rule, Shares) and result is not None:
        value = _number(result.observed)
    outcome = _outcome(item, limit, result)
    details: dict[str, object] = {**shared, "query": " ".join(item.query.split())}
    details["limits"] = {"min": limit.least, "max": limit.most}
    if item.observed:
        details["observed"] = dict(item.observed)
    if isinstance(rule, Shares) and item.expected:
        details["expected"] = {name: round(100 * share, 4) for name, share in item.expected}
    if limit.override:
        details["override"] = limit.override
    if item.count:
        details["rows"] = item.count
    if result is not None:
        details["expectation"] = _expectation(item, limit)["kind"]
    error = item.error or (result.exception if result else None)
    if error:
        details["error"] = error
    elif outcome == "SKIPPED":
        details["reason"] = "no base to measure on"
    if outcome in ("FAIL", "WARN"):
        details["sample"] = _sample(duck, item, result)
    return Check(
        dataset=f"{layer}.{rule.dataset}",
        check_name=rule.name,
        result=outcome,
        layer=layer,
        severity=limit.severity,
        tool=TOOL,
        value=None if value is None else round(value, 6),
        threshold=_threshold(limit, value),
        details=details,
    )


def _outcome(item: Measure, limit: Limit, result: Result | None) -> CheckResult:
    if item.error or (result is not None and result.exception):
        return "ERROR"
    if result is not None:
        passed = result.success
    elif item.value is None:
        return "SKIPPED"
    else:
        passed = limit.allows(item.value)
    if passed:
        return "PASS"
    return "FAIL" if limit.severity == "critical" else "WARN"


def _threshold(limit: Limit, value: float | None) -> float | None:
    """The bound that was crossed, or the upper one."""
    if limit.most is None or (
        limit.least is not None and value is not None and value < limit.least
    ):
        return limit.least
    return round(limit.most, 6)


def _sample(duck: duckdb.DuckDBPyConnection, item: Measure, result: Result | None) -> Sequence[str]:
    if isinstance(item.rule, ExpectedValues) and result is not None:
        return [f"missing {value}" for value in result.missing[:5]] + [
            f"unexpected {value}" for value in result.unexpected[:5]
        ]
    return sample(duck, item.rule)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _name(item: Measure) -> str:
    return f"{item.rule.dataset}.{item.rule.name}"
