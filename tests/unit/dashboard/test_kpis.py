"""The strip's figures from a handful of facts, and how they are written."""

from datetime import date

import pytest

from orchestration.dashboard.facts import Backlog, Facts, Response, Sla, Volume
from orchestration.dashboard.filters import Filters, Period
from orchestration.dashboard.formats import change, figure, long_day, number
from orchestration.dashboard.kpis import strip
from orchestration.dashboard.rows import share_rows, type_table

MON, TUE = date(2025, 9, 1), date(2025, 9, 2)
FACTS = Facts(
    checks=(),
    volume=(
        Volume(MON, "email", "P", 5),
        Volume(TUE, "email", "P", 7),
        Volume(TUE, "chat", "Q", 1),
    ),
    backlog=(Backlog(MON, "P", "Andina", 5), Backlog(TUE, "P", "Andina", 9)),
    sla=(Sla(MON, "P", 4, 3, 0), Sla(TUE, "P", 6, 6, 2), Sla(TUE, "Q", 0, 0, 1)),
    response=(
        Response(MON, "P", 1, 10.0),
        Response(TUE, "P", 3, 20.0),
        Response(TUE, "Q", 0, None),
    ),
)
NOW, BEFORE = Period(TUE, TUE), Period(MON, MON)


def figures(filters: Filters, now: Period, before: Period | None) -> dict[str, tuple]:
    return {kpi.name: (kpi.value, kpi.change) for kpi in strip(FACTS, filters, now, before)}


def test_each_figure_and_its_change() -> None:
    assert figures(Filters(), NOW, BEFORE) == {
        "created": (8, 3),
        "open": (9, 4),
        "in_time": (100, 25),
        "overdue": (3, 3),
        "response": (20, 10),
    }


def test_only_the_chosen_types_count() -> None:
    assert figures(Filters(types=("Q",)), NOW, BEFORE) == {
        "created": (1, 1),
        "open": (0, 0),
        "in_time": (None, None),
        "overdue": (1, 1),
        "response": (None, None),
    }


def test_shares_and_means_weigh_by_cases_not_by_days() -> None:
    both = figures(Filters(), Period(MON, TUE), None)
    assert both["in_time"] == (90, None)
    assert both["response"] == (17.5, None)


def test_a_day_without_closings_has_no_share() -> None:
    rows = share_rows(FACTS, Filters(types=("Q",)), NOW)
    assert rows == [{"day": TUE, "pct": None, "closings": 0}]


def test_the_table_has_a_total_that_is_not_the_mean_of_its_rows() -> None:
    table = type_table(FACTS, Filters(language="en"), Period(MON, TUE))
    assert [row["Type"] for row in table] == [
        "Petitions", "Complaints", "Claims", "Suggestions", "Total",
    ]  # fmt: skip
    assert table[-1]["Cases created"] == "13"
    assert table[-1]["Closed in time"] == "90.0%"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(1234.5, "es", 1), "1.234,5"),
        (number(1234.5, "en", 1), "1,234.5"),
        (figure(92.75, "percent", "es"), "92,8 %"),
        (figure(None, "hours", "es"), "–"),
        (change(-1.26, "percent", "es"), "-1,3 pp"),
        (change(0, "cases", "en"), "+0"),
        (change(1200, "cases", "es"), "+1.200"),
        (change(None, "cases", "es"), None),
        (long_day(date(2025, 9, 1), "es"), "1 de septiembre de 2025"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(written: str, expected: str) -> None:
    assert written == expected
