"""Periods as users write them."""

from datetime import date

import pytest

from orchestration.errors import UsageError
from orchestration.report.period import parse_period, periods_within


@pytest.mark.parametrize(
    ("text", "first", "last", "before"),
    [
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31), "2025-Q3"),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31), "2024-Q4"),
        ("2025-S2", date(2025, 7, 1), date(2025, 12, 31), "2025-S1"),
        ("2025-S1", date(2025, 1, 1), date(2025, 6, 30), "2024-S2"),
        ("2025-01", date(2025, 1, 1), date(2025, 1, 31), "2024-12"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01"),
    ],
)
def test_a_period_has_its_days_and_follows_one_of_its_kind(
    text: str, first: date, last: date, before: str
) -> None:
    period = parse_period(text)
    assert (period.name, period.first, period.last) == (text, first, last)
    assert period.before() == parse_period(before)
    assert period.before().last.toordinal() + 1 == period.first.toordinal()


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-13", "2025-00", "2025-Q5", "2025-S3", "2025-T4", "2025-q4", "2025-1",
     "2025-11-01", "0000-01", "=1+1", "2025-Q4\n", "٢٠٢٥-11", "x" * 500],
)  # fmt: skip
def test_what_is_not_a_period_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="write a quarter as 2025-Q4") as refused:
        parse_period(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


def test_only_whole_periods_lie_within_what_is_published() -> None:
    names = [period.name for period in periods_within(date(2025, 9, 1), date(2026, 1, 15))]
    assert names == ["2025-Q4", "2025-09", "2025-10", "2025-11", "2025-12"]
