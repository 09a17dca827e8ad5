"""Measures, limits and Great Expectations' word on them, as rows of meta.data_quality."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.meta.records import Check, CheckResult
from orchestration.quality.evaluator import Evaluator, Result
from orchestration.quality.facts import Facts
from orchestration.quality.measure import Ask, Measure, Measured, measure, sample
from orchestration.quality.policy import Limit, Policy
from orchestration.quality.rules import Figure, Members, Offence, Shares, Suite

TOOL = "great_expectations"


def check_suite(
    ask: Ask,
    suite: Suite,
    facts: Facts,
    policy: Policy,
    evaluator: Evaluator,
    *,
    run_name: str,
    details: Mapping[str, object],
) -> tuple[Check, ...]:
    """Measure a layer and judge every check of its suite.

    Args:
        ask: Runs a query where the relations of the suite are.
        suite: The checks.
        facts: What the run is compared with.
        policy: Severities and limits.
        evaluator: Great Expectations.
        run_name: Under which the Data Docs show the results.
        details: Added to the details of every check.

    Raises:
        InvalidPolicyError: A check is not in the policy.
        EvaluatorFailed: Great Expectations is not there.
    """
    clock = time.monotonic()
    measured = measure(ask, suite, facts.shares)
    limits = {_name(item): _limit(suite, item, facts, policy) for item in measured.measures}
    measured_seconds = time.monotonic() - clock
    waited = evaluator.waited_seconds
    results = {
        result.check: result for result in evaluator.evaluate(run_name, _request(measured, limits))
    }
    # The import is paid once a run and mostly beside other work: what was waited for it is apart.
    waited = evaluator.waited_seconds - waited
    spent = time.monotonic() - clock - waited
    shared = {
        **details,
        "seconds": round(spent / max(len(measured.measures), 1), 4),
        "measured_seconds": round(measured_seconds, 3),
    }
    if waited:
        shared["import_seconds"] = round(evaluator.import_seconds, 3)
        shared["import_waited_seconds"] = round(waited, 3)
    return tuple(
        _check(ask, suite, item, limits[_name(item)], results.get(_name(item)), shared)
        for item in measured.measures
    )


def _limit(suite: Suite, item: Measure, facts: Facts, policy: Policy) -> Limit:
    rule = item.rule
    limit = policy.limit(suite.layer, rule.dataset, rule.name, facts.run.date_max)
    allowance = facts.allowance(rule.name, item.count, max(len(item.expected), 2))
    # Expected volume is a percentage of what the calendar gives; the others start from 0.
    around = 100.0 if rule.name == "volume_to_expected_pct" else 0.0
    return limit.widened(allowance, around)


def _request(measured: Measured, limits: Mapping[str, Limit]) -> list[dict[str, Any]]:
    suites = []
    for frame in measured.frames:
        expectations = [
            _expectation(item, limits[_name(item)])
            for item in measured.measures
            if item.frame == frame.name
        ]
        columns = {name: list(values) for name, values in frame.columns.items()}
        suites.append({"name": frame.name, "columns": columns, "expectations": expectations})
    return suites


def _expectation(item: Measure, limit: Limit) -> dict[str, Any]:
    rule = item.rule
    kwargs: dict[str, Any]
    between = {"min_value": limit.least, "max_value": limit.most}
    match rule:
        case Offence():
            kind, kwargs = "ExpectColumnSumToBeBetween", {"column": rule.name, **between}
        case Figure():
            column = f"{rule.dataset}.{rule.name}"
            kind, kwargs = "ExpectColumnMaxToBeBetween", {"column": column, **between}
        case Members():
            kind = "ExpectColumnDistinctValuesToEqualSet"
            kwargs = {"column": "member", "value_set": list(item.expected)}
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
    ask: Ask,
    suite: Suite,
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
        details["sample"] = _sample(ask, suite, item, result)
    return Check(
        dataset=f"{suite.layer}.{rule.dataset}",
        check_name=rule.name,
        result=outcome,
        layer=suite.layer,
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


def _sample(ask: Ask, suite: Suite, item: Measure, result: Result | None) -> Sequence[str]:
    if isinstance(item.rule, Members) and result is not None:
        return [f"missing {value}" for value in result.missing[:5]] + [
            f"unexpected {value}" for value in result.unexpected[:5]
        ]
    return sample(ask, suite, item.rule)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _name(item: Measure) -> str:
    return f"{item.rule.dataset}.{item.rule.name}"
