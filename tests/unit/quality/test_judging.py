"""From measures to rows of meta.data_quality, without Great Expectations."""

from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.meta.records import Check
from orchestration.quality.evaluator import Result
from orchestration.quality.facts import Baseline, Facts
from orchestration.quality.gate import QualityFailed, require_pass
from orchestration.quality.judge import check_suite
from orchestration.quality.lens import asker
from orchestration.quality.policy import Limit, Policy
from orchestration.quality.rules import Figure, Members, Offence, Shares, Suite
from orchestration.run import Run, World

FIRST = date(2025, 9, 1)
RUN = Run.of(World.ingested("judging", FIRST), FIRST, FIRST)


class Evaluator:
    """Answers as Great Expectations would for sums, figures and members."""

    waited_seconds = import_seconds = 0.0

    def evaluate(self, run_name: str, suites: list[dict[str, Any]]) -> list[Result]:
        results = []
        for suite in suites:
            for item in suite["expectations"]:
                column = suite["columns"][item["kwargs"]["column"]]
                if item["kind"] == "ExpectColumnDistinctValuesToEqualSet":
                    wanted = set(item["kwargs"]["value_set"])
                    missing = sorted(wanted - set(column))
                    unexpected = sorted(set(column) - wanted)
                    success, observed = not missing and not unexpected, None
                else:
                    missing, unexpected = [], []
                    observed = sum(column)
                    most = item["kwargs"].get("max_value")
                    success = most is None or observed <= most
                results.append(Result(item["check"], success, observed, unexpected, missing, None))
        return results


def judged(rules: tuple[Any, ...], severity: Any = "critical") -> dict[str, Check]:
    suite = Suite("silver", rules, {"cases": "select * from cases"}, {"cases": "month"})
    policy = Policy(
        {("silver", rule.dataset, rule.name): Limit(severity, most=0) for rule in rules}, (), "sha"
    )
    with duckdb.connect() as duck:
        duck.execute(
            "create table cases as select * from (values ('a', '2025-09', 1), ('b', '2025-09', -2),"
            " ('c', '2025-10', -3)) as cases (id, month, hours)"
        )
        found = check_suite(
            asker(duck),
            suite,
            Facts(RUN, FIRST),
            policy,
            Evaluator(),  # type: ignore[arg-type]
            run_name="attempt-1",
            details={},
        )
    return {check.check_name: check for check in found}


def test_offending_rows_are_counted_over_partitions_and_named() -> None:
    check = judged((Offence("cases", "hours_positive", "hours < 0", "id"),))["hours_positive"]
    assert (check.result, check.value, check.threshold) == ("FAIL", 2.0, 0.0)
    assert check.details["sample"] == ["b", "c"]


def test_a_passing_check_carries_its_measure() -> None:
    check = judged((Offence("cases", "hours_there", "hours is null", "id"),))["hours_there"]
    assert (check.result, check.value, check.severity) == ("PASS", 0.0, "critical")
    assert check.details["rows"] == 3.0


def test_a_warning_is_a_warning() -> None:
    rule = Offence("cases", "hours_positive", "hours < 0", "id")
    assert judged((rule,), "warning")["hours_positive"].result == "WARN"


def test_what_has_no_base_is_skipped() -> None:
    check = judged((Figure("cases", "drift", "select null"),))["drift"]
    assert (check.result, check.value) == ("SKIPPED", None)


def test_shares_without_a_configuration_are_skipped() -> None:
    query = "select month, count(*) from cases group by 1"
    check = judged((Shares("cases", "month_shares", query, ("case", "month")),))["month_shares"]
    assert check.result == "SKIPPED"
    assert check.details["observed"] == {"2025-09": 66.6667, "2025-10": 33.3333}


def test_missing_members_are_named() -> None:
    expected = "select unnest(['2025-09', '2025-10', '2025-11'])"
    rule = Members("cases", "months", "select distinct month from cases", expected)
    check = judged((rule,))["months"]
    assert (check.result, check.value) == ("FAIL", 1.0)
    assert check.details["sample"] == ["missing 2025-11"]


def test_a_query_that_fails_is_an_error_of_its_check_alone() -> None:
    found = judged(
        (
            Figure("cases", "broken", "select nothing from nowhere"),
            Figure("cases", "fine", "select 0"),
        )
    )
    assert found["broken"].result == "ERROR"
    assert "nowhere" in str(found["broken"].details["error"])
    assert found["fine"].result == "PASS"


def test_a_critical_failure_stops_with_one_line() -> None:
    found = judged((Offence("cases", "hours_positive", "hours < 0", "id"),))
    with pytest.raises(QualityFailed) as stopped:
        require_pass("silver", tuple(found.values()))
    assert str(stopped.value).startswith(
        "silver: check silver.cases.hours_positive measured 2, allowed at most 0, such as b"
    )
    assert stopped.value.exit_code == 1


def test_a_check_that_could_not_be_made_stops_as_well() -> None:
    found = judged((Figure("cases", "broken", "select nothing from nowhere"),))
    with pytest.raises(QualityFailed, match="could not be made"):
        require_pass("silver", tuple(found.values()))


def test_a_warning_stops_nothing() -> None:
    found = judged((Offence("cases", "hours_positive", "hours < 0", "id"),), "warning")
    require_pass("silver", tuple(found.values()))


def test_the_allowance_for_chance_shrinks_with_the_days() -> None:
    month = Run.of(RUN.world, FIRST, date(2025, 9, 30))
    days = Facts(RUN, FIRST).allowance("volume_to_expected_pct")
    assert days > Facts(month, month.date_max).allowance("volume_to_expected_pct") > 10
    drift = Facts(month, month.date_max, baseline=Baseline(100.0, 200.0, 30))
    # A fall by a fifth between two months is more than chance.
    assert drift.allowance("volume_drift_pct") < 20
    assert Facts(RUN, FIRST).allowance("ticket_id_is_unique") == 0
