"""The pages as people see them: their figures are those of SQL and of raw, from nowhere else."""

import csv
import re
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import psycopg
import pytest
from page_sql import REPUBLISH, asked, summary_figures
from playwright.sync_api import expect

from orchestration.dashboard.filters import Filters
from orchestration.dashboard.queries import backlog, flow, summary, territory, timeliness
from orchestration.dashboard.reading import read_live
from orchestration.dashboard.screens import PAGES
from tests.browser.conftest import Watched
from tests.integration.run.lake import Lake


def test_the_figures_are_those_of_sql_in_both_languages(
    site: str, world: Lake, watched: Watched
) -> None:
    watched.open(site, '[data-testid="stMetric"]')
    assert watched.figures() == summary_figures(world, "es")
    watched.page.get_by_text("Datos hasta el 30 de septiembre de 2025").wait_for()
    watched.page.locator(".st-key-language button", has_text="English").click()
    watched.page.get_by_text("Cases created a day").wait_for()
    watched.settle()
    assert watched.figures() == summary_figures(world, "en")
    assert watched.page.url.endswith("?lang=en")
    watched.is_fine()


@pytest.mark.parametrize("address", ["", *(page.address for page in PAGES[1:])])
def test_each_page_is_drawn_without_a_complaint(site: str, watched: Watched, address: str) -> None:
    watched.open(f"{site}/{address}?lang=en&dias=30")
    expect(watched.page.locator("h1")).not_to_be_empty()
    watched.page.get_by_text("Figures of the current publication").wait_for()
    watched.settle()
    assert watched.page.locator('[class*="st-key-figure-"]').count() >= 1
    watched.is_fine()


def test_a_link_shows_what_its_sender_saw_and_choices_change_the_address(
    site: str, world: Lake, watched: Watched
) -> None:
    link = f"{site}/?lang=en&dias=7&tipo=P,Q&canal=email&prioridad=media,baja"
    watched.open(link, '[data-testid="stMetric"]')
    chosen = (
        "source_channel = 'email' and pqrs_type in ('P', 'Q') and priority in ('media', 'baja')"
    )
    ((created,),) = world.query(
        "select count(*) from silver.tickets, meta.live_publication"
        f" where created_day > last_day - 7 and {chosen}"
    )
    ((is_open, overdue),) = world.query(
        "select count(*), count(*) filter (where is_overdue) from silver.v_tickets_open"
        f" where {chosen}"
    )
    figures = watched.figures()
    assert (figures[0], figures[1], figures[3]) == (
        f"{created:,}",
        f"{is_open:,}",
        f"{overdue:,}",
    )
    # Another page keeps the choice, and taking part of it back changes the address.
    watched.page.get_by_role("link", name="Timeliness").click()
    watched.page.get_by_role("heading", name="Timeliness").wait_for()
    watched.settle()
    expect(watched.page).to_have_url(re.compile("/oportunidad.*canal=email.*prioridad=media"))
    watched.page.get_by_role("button", name="Petitions").click()
    expect(watched.page).to_have_url(re.compile("tipo=Q&"))
    watched.page.reload()
    watched.page.get_by_role("heading", name="Timeliness").wait_for()
    expect(watched.page).to_have_url(re.compile("tipo=Q&canal=email"))


def test_a_case_opens_from_the_list_with_its_history(
    site: str, world: Lake, watched: Watched
) -> None:
    watched.open(f"{site}/casos?lista=abiertos&lang=en", ".pqr-table")
    row = watched.page.locator(".pqr-table a").first
    number = row.inner_text()
    row.click()
    watched.page.get_by_text(f"Case {number}").wait_for()
    watched.settle()
    ((events,),) = world.query(
        "select count(*) from core.ticket_events join core.tickets using (ticket_id)"
        f" where external_id = '{number}'"
    )
    assert watched.page.locator(".pqr-table tbody tr").count() == events
    watched.is_fine()


def test_the_csv_holds_the_rows_of_the_figure(site: str, world: Lake, watched: Watched) -> None:
    watched.open(f"{site}/?lang=en", '[data-testid="stMetric"]')
    with watched.page.expect_download() as download:
        watched.page.locator(".st-key-csv-volume button").first.click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    ((created, lines),) = world.query(
        "select sum(tickets_count), count(distinct (day, channel))"
        " from gold.kpi_volume_daily, meta.live_publication where day > last_day - 14"
    )
    assert len(rows) == lines
    assert sum(int(row["Cases created"]) for row in rows) == created
    assert {row["Channel"] for row in rows} >= {"email", "chat"}


def test_the_table_behind_a_chart_and_the_sql_of_a_figure_can_be_read(
    site: str, watched: Watched
) -> None:
    watched.open(f"{site}/?lang=en", '[data-testid="stMetric"]')
    figure = watched.page.locator(".st-key-figure-sla")
    figure.get_by_text("Table", exact=True).click()
    figure.locator("table").wait_for()
    assert figure.locator("tbody tr").count() == 14
    figure.get_by_role("button", name="How it is computed").click()
    watched.page.get_by_text("gold.kpi_sla_daily").first.wait_for()
    watched.is_fine()


@pytest.mark.parametrize(
    "narrow",
    [{}, {"priorities": ("alta", "media")}, {"departments": ("05", "11", "76")}],
    ids=["all", "priority", "department"],
)
def test_what_is_counted_from_cases_is_what_gold_says(world: Lake, narrow: dict[str, Any]) -> None:
    filters = Filters(span=30, **narrow)
    cases = summary.queries(Filters(channels=("email",)))["days"]
    rows = asked(world, filters, {**summary.queries(filters), "cases": cases})
    for gold, counted in zip(rows["days"], rows["cases"], strict=True):
        hours = counted.pop("response_hours")
        # Gold rounds the mean of each day and kind to a hundredth.
        rounding = 0.006 * gold["responses_count"]
        assert hours == pytest.approx(gold.pop("response_hours"), abs=rounding)
        if gold["day"] != rows["days"][-1]["day"]:
            assert counted["overdue_count"] is None
            counted["overdue_count"] = gold["overdue_count"]
        assert counted == gold


def test_shares_and_places_counted_from_cases_are_those_of_gold(world: Lake) -> None:
    filters = Filters(span=30)
    by_type = timeliness.queries(Filters(channels=("email",)))["by_type"]
    rows = asked(world, filters, {**timeliness.queries(filters), "cases": by_type})
    for gold, counted in zip(rows["by_type"], rows["cases"], strict=True):
        for name in ("pqrs_type", "closings_count", "within_sla_count", "overdue_count"):
            assert gold[name] == counted[name]
        if gold["overdue_count"]:
            assert counted["avg_overdue_days"] == pytest.approx(gold["avg_overdue_days"], abs=0.01)
    places = territory.queries(Filters(channels=("email",)), "")["departments"]
    rows = asked(world, filters, {**territory.queries(filters, ""), "cases": places})
    assert rows["departments"] == rows["cases"]


def test_each_office_has_the_open_cases_that_gold_counts(world: Lake) -> None:
    offices = world.query(
        "select dependencia_id, open_count, overdue_count, at_risk_count"
        " from gold.kpi_dependencia_daily join meta.live_publication on day = last_day"
        " where open_count > 0"
    )
    assert len(offices) > 3
    for office, *counts in offices:
        (row,) = asked(world, Filters(offices=(str(office),)), backlog.QUERIES)["open"]
        assert [row[f"{name}_count"] for name in ("open", "overdue", "due_soon")] == counts, office


def test_the_map_and_what_late_closings_share_agree_with_raw(world: Lake) -> None:
    from check_run import raw_lines
    from replayed_cases import Cases

    dsn = world.settings.postgres.reader_dsn
    live = read_live(dsn)
    assert live
    first = live.last_day - timedelta(days=13)
    ((world_id,),) = world.query("select world_id from meta.live_publication")
    cases = Cases(raw_lines(world.settings, world_id))
    spent: dict[tuple[str, str], list[int]] = {}
    segments: dict[tuple[str, str], list[bool]] = {}
    for case in cases.cases.values():
        data, since, state = case.created.event["data"], case.created.ts, "RECEIVED"
        for ts, entered in case.moves:
            if first <= (ts - timedelta(hours=5)).date() <= live.last_day:
                seconds = cases.time.at(ts) - cases.time.at(since)
                spent.setdefault((state, entered), []).append(seconds)
                if entered == "CLOSED":
                    is_late = cases.elapsed(case, ts) > cases.term(case, ts)
                    for name, value in (
                        ("type", data["pqrs_type"]),
                        ("channel", data["source_channel"]),
                        ("priority", data["priority"]),
                        ("region", data["geo_region"]),
                    ):
                        segments.setdefault((name, value), []).append(is_late)
            since, state = ts, entered
    rows = asked(world, Filters(), flow.queries(Filters()))
    found = {(row["status_from"], row["status_to"]): row for row in rows["transitions"]}
    assert found.keys() == spent.keys()
    for pair, seconds in spent.items():
        assert found[pair]["transitions_count"] == len(seconds)
        median = sorted(seconds)[(len(seconds) - 1) // 2] / 86400
        assert found[pair]["median_days"] == pytest.approx(median, abs=2 / 86400)
    counted = {(row["attribute"], row["value"]): row for row in rows["segments"]}
    late_share = mean(is_late for lates in segments.values() for is_late in lates)
    assert 0 < late_share < 1
    for key, lates in segments.items():
        assert counted[key]["closings_count"] == len(lates), key
        assert counted[key]["late_count"] == sum(lates), key
    for row in flow.over_represented(rows["segments"]):
        key = (row["attribute"], row["value"])
        if key in segments:
            share = sum(segments[key]) / len(segments[key])
            assert row["lift"] == pytest.approx(share / late_share)


def test_a_publication_that_changes_under_an_open_page_is_named_and_a_degraded_one_warns(
    site: str, world: Lake, watched: Watched
) -> None:
    watched.open(f"{site}/?lang=en", '[data-testid="stMetric"]')
    watched.page.get_by_text("Publication 1 of").wait_for()
    before = watched.figures()
    with psycopg.connect(world.settings.postgres.admin_dsn) as connection:
        connection.execute(REPUBLISH)
    watched.page.get_by_role("radio", name="7", exact=True).click()
    watched.page.get_by_text("There is a new publication").wait_for()
    watched.page.get_by_text("Publication 2 of").wait_for()
    watched.page.get_by_text("Published with warnings").wait_for()
    watched.settle()
    assert watched.page.get_by_text("Publication 1 of").count() == 0
    assert watched.figures() != before
    watched.is_fine()
