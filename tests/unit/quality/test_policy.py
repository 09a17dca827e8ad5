"""One file says what each check allows; an exception needs a reason."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.quality.suites import SUITES
from orchestration.quality.verdicts import POLICY_FILE, InvalidPolicyError, Limit, load_policy

DAY = date(2025, 9, 30)
CHECK = "bronze.pqrs_events.source_is_known"


def entry(limit: str) -> str:
    return f"checks: {{bronze: {{pqrs_events: {{source_is_known: {limit}}}}}}}\n"


ENTRY = entry("{severity: critical, max: 0}")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_check_is_in_the_policy_and_every_entry_is_a_check() -> None:
    rules = {(layer, rule.dataset, rule.name) for layer, rules in SUITES.items() for rule in rules}
    assert rules == set(load_policy().limits)
    assert sum(len(rules) for rules in SUITES.values()) == len(rules)


def test_the_shipped_policy_grants_no_exception() -> None:
    assert load_policy(POLICY_FILE).overrides == ()


def test_a_limit_includes_both_its_ends() -> None:
    limit = Limit("warning", least=7, most=12)
    assert limit.allows(7)
    assert limit.allows(12)
    assert not limit.allows(6.9)
    assert not limit.allows(12.1)


def test_chance_widens_a_limit_and_never_narrows_it() -> None:
    assert Limit("warning", most=15).widened(33) == Limit("warning", most=33)
    assert Limit("warning", most=15).widened(3) == Limit("warning", most=15)
    assert Limit("warning", 85, 115).widened(30, 100) == Limit("warning", 70, 130)
    assert Limit("warning", 85, 115).widened(5, 100) == Limit("warning", 85, 115)


def test_an_override_holds_until_its_day_and_carries_its_reason(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ENTRY + "overrides: [{check: bronze.pqrs_events.source_is_known, severity: warning,"
        " until: 2025-09-30, reason: the January list is late}]\n",
    )
    policy = load_policy(path)
    granted = policy.limit("bronze", "pqrs_events", "source_is_known", DAY)
    assert (granted.severity, granted.override) == ("warning", "the January list is late")
    after = policy.limit("bronze", "pqrs_events", "source_is_known", date(2025, 10, 1))
    assert (after.severity, after.override) == ("critical", None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (ENTRY + f"overrides: [{{check: {CHECK}, severity: warning}}]", "reason"),
        (ENTRY + "overrides: [{check: bronze.pqrs_events.other, severity: warning, reason: x}]",
         "bronze.pqrs_events.other"),
        (entry("{severity: fatal, max: 0}"), "fatal"),
        (entry("{severity: critical, most: 0}"), "most"),
        (entry("{severity: critical}"), "source_is_known"),
        ("checks: [", "policy.yml"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_used_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(InvalidPolicyError, match=named):
        load_policy(written(tmp_path, text))


def test_a_check_without_an_entry_is_named() -> None:
    with pytest.raises(InvalidPolicyError, match="no_such_check"):
        load_policy().limit("gold", "kpi_volume", "no_such_check", DAY)
