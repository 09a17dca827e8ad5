"""Casos: a case is found by its number, its page agrees with the lists, and pages have an end."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from orchestration.dashboard.filters import Language
from orchestration.dashboard.formats import COLOMBIA, figure, short_day
from tests.browser.conftest import Watched
from tests.integration.run.lake import Lake

FIRST_CLOSED = (
    "select external_id, ticket_id::text from silver.tickets"
    " where closed_at is not null and pqrs_type = 'P' order by external_id limit 1"
)
MOST_OVERDUE = (
    "select external_id, ticket_id::text, sla_days, overdue_days, sla_due_at"
    " from silver.v_tickets_open where is_overdue"
    " and (sla_due_at at time zone 'America/Bogota')::time = '00:00'"
    " order by overdue_days desc, ticket_id limit 1"
)


def search(watched: Watched, words: str) -> None:
    box = watched.page.get_by_placeholder("PQR-…")
    box.fill(words)
    box.press("Enter")
    watched.settle()


def test_a_number_is_found_whatever_the_list_and_the_filters(
    site: str, world: Lake, watched: Watched
) -> None:
    ((number, ticket),) = world.query(FIRST_CLOSED)
    watched.open(f"{site}/casos?lang=en&tipo=Q&dias=7", ".pqr-table")
    search(watched, f"  {str(number).lower()} ")
    link = watched.page.get_by_role("link", name=str(number))
    expect(link).to_have_attribute("href", re.compile(f"caso={ticket}"))
    watched.page.get_by_text("was found outside of this list or these filters").wait_for()
    watched.is_fine()
    link.click()
    watched.page.get_by_text(f"Case {number}").wait_for()


def test_a_number_that_nobody_has_is_said_to_be_missing(site: str, watched: Watched) -> None:
    watched.open(f"{site}/casos?lang=en", ".pqr-table")
    search(watched, "PQR-nobody's")
    watched.page.get_by_text("No case of the current publication has the number").wait_for()
    assert watched.page.locator(".pqr-table").count() == 0
    watched.is_fine()


def test_the_address_of_a_case_takes_its_number(site: str, world: Lake, watched: Watched) -> None:
    ((number, _),) = world.query(FIRST_CLOSED)
    watched.open(f"{site}/casos?caso={str(number).lower()}", ".st-key-figure-history")
    watched.page.get_by_text(f"Caso {number}").wait_for()
    watched.is_fine()


@pytest.mark.parametrize(("language", "mark"), [("es", "Vencido"), ("en", "Overdue")])
def test_the_page_of_an_overdue_case_says_what_the_list_says(
    site: str, world: Lake, watched: Watched, language: Language, mark: str
) -> None:
    ((number, ticket, term, overdue, due_at),) = world.query(MOST_OVERDUE)
    watched.open(f"{site}/casos?caso={ticket}&lang={language}", ".st-key-figure-history")
    watched.page.locator(".stMarkdownBadge", has_text=mark).wait_for()
    text = watched.page.locator('[data-testid="stMain"]').inner_text()
    elapsed = figure(float(term + overdue), "days", language)
    assert f"{elapsed} / {figure(term, 'days', language)}" in text
    # The term is over at the midnight after its last day.
    last_day = due_at.astimezone(COLOMBIA).date() - timedelta(days=1)
    assert f"\n{short_day(last_day, language)}\n" in text
    watched.open(f"{site}/casos?lista=creados&dias=180&lang={language}", ".pqr-table")
    search(watched, str(number))
    state = {"es": "Abierto, vencido", "en": "Open, overdue"}[language]
    assert state in watched.page.locator(".pqr-table tbody tr").inner_text()


def test_beyond_the_last_page_is_the_last_page(site: str, world: Lake, watched: Watched) -> None:
    ((total,),) = world.query("select count(*) from silver.v_tickets_open")
    last = -(-int(str(total)) // 50)
    watched.open(f"{site}/casos?lang=en&pagina=9999", ".pqr-table")
    expect(watched.page).to_have_url(re.compile(f"pagina={last}(&|$)"))
    expect(watched.page.get_by_label("Page", exact=True)).to_have_value(str(last))
    watched.page.get_by_text(f"to {total:,}.").wait_for()
    watched.is_fine()
