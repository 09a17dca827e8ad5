"""From measures to rows of meta.data_quality, without Great Expectations."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.meta.records import Check
from orchestration.quality.comparison import Baseline, Comparison
from orchestration.quality.evaluate import evaluate_rules
from orchestration.quality.gx import Result
from orchestration.quality.measure import ExpectedValues, Figure, RowRule, Shares
from orchestration.quality.tables import LakeUnreadable, reading_lake
from orchestration.quality.verdicts import Limit, Policy, QualityFailed, require_pass
from orchestration.run import Run, World

FIRST = date(2025, 9, 1)
RUN = Run.of(World.ingested("evaluating", FIRST), FIRST, FIRST)


class GreatExpectations:
    """Answers as Great Expectations would for sums, figures and expected values."""

    waited_seconds = import_seconds = 0.0

    def evaluate(self, docs: Path, run_name: str, suites: list[dict[str, Any]]) -> list[Result]:
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


def evaluated(rules: tuple[Any, ...], severity: Any = "critical") -> dict[str, Check]:
    policy = Policy(
        {("silver", rule.dataset, rule.name): Limit(severity, most=0) for rule in rules}, (), "sha"
    )
    with duckdb.connect() as duck:
        duck.execute(
            "create table cases as select * from (values ('a', '2025-09', 1), ('b', '2025-09', -2),"
            " ('c', '2025-10', -3)) as cases (id, partition, hours)"
        )
        found = evaluate_rules(
            duck,
            "silver",
            rules,
            Comparison(RUN),
            policy,
            GreatExpectations(),  # type: ignore[arg-type]
            docs=Path("nowhere"),
            run_name="attempt-1",
        )
    return {check.check_name: check for check in found}


def test_rows_that_break_a_rule_are_counted_over_partitions_and_named() -> None:
    rule = RowRule("cases", "hours_positive", "hours < 0", "id")
    check = evaluated((rule,))["hours_positive"]
    assert (check.result, check.value, check.threshold) == ("FAIL", 2.0, 0.0)
    assert check.details["sample"] == ["b", "c"]


def test_a_passing_check_carries_its_measure() -> None:
    check = evaluated((RowRule("cases", "hours_there", "hours is null", "id"),))["hours_there"]
    assert (check.result, check.value, check.severity) == ("PASS", 0.0, "critical")
    assert check.details["rows"] == 3.0


def test_unknown_does_not_break_a_rule() -> None:
    rule = RowRule("cases", "hours_known", "hours > null", "id")
    assert evaluated((rule,))["hours_known"].result == "PASS"


def test_a_warning_is_a_warning() -> None:
    rule = RowRule("cases", "hours_positive", "hours < 0", "id")
    assert evaluated((rule,), "warning")["hours_positive"].result == "WARN"


def test_what_has_no_base_is_skipped() -> None:
    check = evaluated((Figure("cases", "drift", "select null"),))["drift"]
    assert (check.result, check.value) == ("SKIPPED", None)


def test_shares_without_a_configuration_are_skipped() -> None:
    query = "select partition, count(*) from cases group by 1"
    check = evaluated((Shares("cases", "month_shares", query, "month"),))["month_shares"]
    assert check.result == "SKIPPED"
    assert check.details["observed"] == {"2025-09": 66.6667, "2025-10": 33.3333}


def test_missing_values_are_named() -> None:
    expected = "select unnest(['2025-09', '2025-10', '2025-11'])"
    rule = ExpectedValues("cases", "months", "select distinct partition from cases", expected)
    check = evaluated((rule,))["months"]
    assert (check.result, check.value) == ("FAIL", 1.0)
    assert check.details["sample"] == ["missing 2025-11"]


def test_a_query_that_is_wrong_is_an_error_of_its_check_alone() -> None:
    found = evaluated(
        (
            Figure("cases", "broken", "select nothing from nowhere"),
            Figure("cases", "fine", "select 0"),
        )
    )
    assert found["broken"].result == "ERROR"
    assert "nowhere" in str(found["broken"].details["error"])
    assert found["fine"].result == "PASS"


def test_a_file_that_cannot_be_read_is_no_result_of_any_check() -> None:
    query = "select count(*) from read_parquet('/no/such/file.parquet')"
    with pytest.raises(duckdb.IOException):
        evaluated((Figure("cases", "fine", "select 0"), Figure("cases", "lost", query)))


@pytest.mark.parametrize(
    "error",
    [
        'Cannot open file "/x.parquet": No such file or directory',
        "Could not write file: No space left on device",
    ],
)
def test_an_unreadable_file_stops_the_checks_in_one_line(error: str) -> None:
    with (
        pytest.raises(LakeUnreadable, match="bronze: the checks could not read"),
        reading_lake("bronze"),
    ):
        raise duckdb.IOException(error)


def test_a_critical_failure_stops_with_one_line() -> None:
    found = evaluated((RowRule("cases", "hours_positive", "hours < 0", "id"),))
    with pytest.raises(QualityFailed) as stopped:
        require_pass("silver", tuple(found.values()))
    assert str(stopped.value).startswith(
        "silver: check silver.cases.hours_positive measured 2, allowed at most 0, such as b"
    )
    assert stopped.value.exit_code == 1


def test_a_check_that_could_not_be_made_stops_as_well() -> None:
    found = evaluated((Figure("cases", "broken", "select nothing from nowhere"),))
    with pytest.raises(QualityFailed, match="could not be made"):
        require_pass("silver", tuple(found.values()))


def test_a_warning_stops_nothing() -> None:
    found = evaluated((RowRule("cases", "hours_positive", "hours < 0", "id"),), "warning")
    require_pass("silver", tuple(found.values()))


def test_the_allowance_for_chance_shrinks_with_the_days() -> None:
    month = Run.of(RUN.world, FIRST, date(2025, 9, 30))
    one_day = Comparison(RUN).allowance("volume_to_expected_pct")
    assert one_day > Comparison(month).allowance("volume_to_expected_pct") > 10
    drift = Comparison(month, baseline=Baseline(100.0, 200.0, 30))
    # A fall by a fifth between two months is more than chance.
    assert drift.allowance("volume_drift_pct") < 20
    assert Comparison(RUN).allowance("event_id_is_unique") == 0


def test_the_allowance_for_chance_shrinks_with_the_texts() -> None:
    drift = Comparison(RUN, baseline=Baseline(text_length=200.0, openings=6))
    # Three texts beside six say nothing of drift.
    assert drift.allowance("text_length_drift_pct", 3) > 100
    month = Comparison(RUN, baseline=Baseline(text_length=200.0, openings=10_000))
    assert month.allowance("text_length_drift_pct", 10_000) < 10
    assert Comparison(RUN).allowance("text_length_drift_pct", 3) == 0
