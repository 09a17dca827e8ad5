"""The strip's figures from a handful of days, and how they are written."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchestration.dashboard.filters import Period, Span
from orchestration.dashboard.formats import change, due, figure, long_day, number
from orchestration.dashboard.kpis import strip

MON, TUE, WED = date(2025, 9, 1), date(2025, 9, 2), date(2025, 9, 3)
NAMES = (
    "tickets_count",
    "backlog_count",
    "closings_count",
    "within_sla_count",
    "overdue_count",
    "responses_count",
    "response_hours",
)


def day(when: date, *values: float | None) -> dict[str, Any]:
    return {"day": when, **dict(zip(NAMES, values, strict=True))}


DAYS = [day(MON, 5, 5, 4, 3, 0, 1, 10.0), day(TUE, 8, 9, 6, 6, 3, 3, 60.0)]


def figures(days: list[dict[str, Any]], span: Span) -> dict[str, tuple[Any, ...]]:
    return {kpi.name: (kpi.value, kpi.change, kpi.base) for kpi in strip(days, span)}


def test_each_figure_its_change_and_its_base() -> None:
    assert figures(DAYS, Span(Period(TUE, TUE), Period(MON, MON), 1)) == {
        "created": (8, 3, None),
        "open": (9, 4, None),
        "in_time": (100, 25, 6),
        "overdue": (3, 3, None),
        "response": (20, 10, 3),
    }


def test_shares_and_means_are_over_the_period_and_not_over_its_days() -> None:
    found = figures(DAYS, Span(Period(MON, TUE), None, 2))
    assert found["in_time"] == (90, None, 10)
    assert found["response"] == (17.5, None, 4)
    assert found["open"] == (9, None, None)


def test_without_closings_there_is_no_share_and_the_day_is_a_gap() -> None:
    days = [DAYS[0], day(TUE, 1, 6, 0, 0, 0, 0, 0.0), day(WED, 1, 7, 2, 1, 0, 1, 4.0)]
    in_time = strip(days, Span(Period(MON, WED), None, 3))[2]
    assert in_time.course == (75, None, 50)
    alone = figures(days, Span(Period(TUE, TUE), Period(MON, MON), 1))
    assert alone["in_time"] == (None, None, 0)
    assert alone["response"] == (None, None, 0)


def test_what_is_known_of_the_last_day_alone_has_no_change() -> None:
    days = [day(MON, 5, 5, 4, 3, None, 1, 10.0), DAYS[1]]
    assert figures(days, Span(Period(TUE, TUE), Period(MON, MON), 1))["overdue"] == (3, None, None)


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    assert number(1234.5, "es", 1) == "1.234,5"
    assert number(1234.5, "en", 1) == "1,234.5"
    assert figure(95.44, "percent", "es") == "95,4 %"
    assert figure(95.44, "percent", "en") == "95.4%"
    assert figure(2.25, "hours", "es") == "2,2 h"
    assert figure(None, "days", "en") == "–"
    assert long_day(TUE, "es") == "2 de septiembre de 2025"
    assert long_day(TUE, "en") == "2 September 2025"


def test_a_term_that_ends_at_midnight_is_written_as_its_last_day() -> None:
    # A Colombian day ends at 05:00 UTC.
    assert due(datetime(2025, 9, 3, 5, tzinfo=UTC), "es") == "2 sep 2025"
    assert due(datetime(2025, 9, 1, 5, tzinfo=UTC), "en") == "31 Aug 2025"
    assert due(datetime(2025, 9, 3, 5, 1, tzinfo=UTC), "en") == "3 Sep 2025, 00:01"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (None, "cases", None),
        (-3, "cases", "-3"),
        (3, "cases", "+3"),
        (0, "cases", "0"),
        (-0.04, "hours", "0.0 h"),
        (2, "percent", "+2.0 pp"),
    ],
)
def test_a_change_has_a_sign_and_that_of_a_share_is_in_points(
    value: float | None, unit: Any, written: str | None
) -> None:
    assert change(value, unit, "en") == written
