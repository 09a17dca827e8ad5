"""Figures that are not known, or are zero, say which; and one word means one thing everywhere."""

from datetime import timedelta

import pytest
from page_sql import asked

from orchestration.dashboard.filters import TYPES, Filters
from orchestration.dashboard.queries import flow, offices, territory, timeliness
from orchestration.dashboard.reading import read_live
from tests.browser.conftest import Watched
from tests.integration.run.lake import Lake


@pytest.fixture
def earlier(world: Lake) -> Filters:
    """A week that ends before the last published day, of one channel."""
    live = read_live(world.settings.postgres.reader_dsn)
    assert live
    last = live.last_day - timedelta(days=5)
    return Filters(first=last - timedelta(days=6), last=last, channels=("email", "webform"))


def test_what_stood_at_an_earlier_end_is_not_taken_from_the_last_day(
    world: Lake, earlier: Filters
) -> None:
    queries = {**timeliness.queries(earlier), **territory.queries(earlier, "")}
    rows = asked(world, earlier, queries)
    assert sum(row["closings_count"] for row in rows["by_type"]) > 0
    assert {row["overdue_count"] for row in rows["by_type"]} == {None}
    assert {row["avg_overdue_days"] for row in rows["by_type"]} == {None}
    assert sum(row["tickets_count"] for row in rows["departments"]) > 0
    for name in ("backlog_count", "overdue_count"):
        assert {row[name] for row in rows["departments"]} == {None}


def test_pages_say_which_figures_are_not_known(
    site: str, earlier: Filters, watched: Watched
) -> None:
    days = f"desde={earlier.first}&hasta={earlier.last}&canal=email&lang=en"
    watched.open(f"{site}/oportunidad?{days}")
    watched.page.get_by_text("overdue cases are known at the end of the last").wait_for()
    watched.is_fine()
    watched.open(f"{site}/territorio?{days}")
    watched.page.get_by_text("open and overdue cases are known at the end of the last").wait_for()
    watched.is_fine()


def test_a_day_without_closings_is_not_a_day_without_cases(
    site: str, world: Lake, watched: Watched
) -> None:
    ((first, created, closed),) = world.query(
        "select first_day,"
        " (select sum(tickets_count) from gold.kpi_volume_daily where day = first_day),"
        " (select sum(closings_count) from gold.kpi_sla_daily where day = first_day)"
        " from meta.live_publication"
    )
    assert created > 0  # type: ignore[operator]
    assert closed == 0
    days = f"desde={first}&hasta={first}&lang=en"
    watched.open(f"{site}/oportunidad?{days}")
    watched.page.get_by_text("None of the chosen cases was closed in the period").wait_for()
    # Nothing was filtered, so that no filter is to be blamed or taken back.
    assert watched.page.get_by_role("button", name="Clear filters").count() == 0
    watched.open(f"{site}/flujo?{days}")
    watched.page.get_by_text("Nothing to show here.").first.wait_for()
    assert watched.page.get_by_text("Nothing to show with these filters").count() == 0
    watched.open(f"{site}/flujo?{days}&canal=email")
    watched.page.get_by_text("Nothing to show with these filters").first.wait_for()
    watched.is_fine()


def test_a_type_without_closings_keeps_its_row(world: Lake) -> None:
    # On the first day hardly anything is closed.
    first = world.query("select first_day from meta.live_publication")[0][0]
    one_day = {"first": first, "last": first}
    for narrow in ({}, {"channels": ("chat",)}):
        filters = Filters(**one_day, **narrow)  # type: ignore[arg-type]
        rows = asked(world, filters, timeliness.queries(filters))["by_type"]
        assert [row["pqrs_type"] for row in rows] == list(TYPES)
        assert 0 in [row["closings_count"] for row in rows]


def test_terms_in_force_are_those_that_are_applied_and_add_up(world: Lake) -> None:
    filters = Filters(span=30)
    rows = asked(world, filters, timeliness.queries(filters))["policies"]
    assert {row["policy_id"] for row in rows} == {"academic_v1"}
    ((registered,),) = world.query(
        "select count(*) from silver.tickets where sla_policy_id is not null"
    )
    assert sum(row["cases"] for row in rows) == registered


def test_an_office_that_holds_nothing_has_zero_cases(world: Lake) -> None:
    rows = asked(world, Filters(span=30), offices.QUERIES)["offices"]
    counts = ("open_count", "at_risk_count", "overdue_count", "agents_count")
    assert all(row[name] is not None for row in rows for name in counts)


def test_a_kind_without_rework_has_zero_closings_after_a_reopening(world: Lake) -> None:
    first = world.query("select first_day from meta.live_publication")[0][0]
    # Nothing is closed twice within the first week.
    filters = Filters(first=first, last=first + timedelta(days=4))  # type: ignore[operator]
    rows = asked(world, filters, flow.queries(filters))["rework"]
    assert rows
    assert {(row["rework_count"], row["rework_pct"]) for row in rows} == {(0, 0)}


def test_due_soon_is_at_risk_and_means_less_than_three_days(world: Lake) -> None:
    rows = world.query(
        "select pqrs_type, due_soon_count from silver.v_sla_summary where due_soon_count > 0"
        " order by 1"
    )
    assert rows
    assert rows == world.query(
        "select pqrs_type, count(*) from silver.v_tickets_at_risk group by 1 order by 1"
    )
    ((least, most),) = world.query(
        "select min(remaining_days), max(remaining_days) from silver.v_tickets_at_risk"
    )
    assert 0 <= least < most < 3  # type: ignore[operator]


def test_a_case_on_hold_has_no_day_on_which_it_is_due(world: Lake) -> None:
    rows = asked(world, Filters(span=30), offices.QUERIES)["at_risk"]
    assert rows
    for row in rows:
        assert (row["sla_due_at"] is None) == (row["status"] == "ON_HOLD")
