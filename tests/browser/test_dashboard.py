"""The page as people see it: its figures are those of SQL, in both languages, from nowhere else."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Request
from sample import publish_sample

from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings

Serve = Callable[[dict[str, str]], str]

# Written for these tests, apart from the page's own arithmetic: the last 14 days.
FIGURES = """
with days as (select last_day, last_day - 13 as first_day from meta.live_publication)

select
    (select sum(tickets_count) from gold.kpi_volume_daily, days where day >= first_day),
    (select sum(backlog_count) from gold.kpi_backlog_daily, days where day = last_day),
    (
        select round(100.0 * sum(within_sla_count) / sum(closings_count), 1)
        from gold.kpi_sla_daily, days where day >= first_day
    ),
    (select sum(overdue_count) from gold.kpi_sla_daily, days where day = last_day),
    (
        select round(
            sum(avg_hours_to_first_response * responses_count) / sum(responses_count), 1
        )
        from gold.kpi_first_response_daily, days where day >= first_day
    )
"""


class Watched:
    """A page with what it asked for and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.errors.append(line.text))

    def _request(self, request: Request) -> None:
        if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url):
            self.outside.append(request.url)

    def open(self, url: str, selector: str) -> None:
        self.page.goto(url)
        self.page.wait_for_selector(selector, timeout=60_000)
        self.page.wait_for_function("!document.querySelector('[data-stale=true]')")

    def figures(self) -> list[str]:
        return self.page.locator('[data-testid="stMetricValue"]').all_inner_texts()


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    # Who sits in Bogotá must see the same days as who sits in London.
    context = chromium.new_context(
        viewport={"width": 1440, "height": 1500}, timezone_id="America/Bogota"
    )
    yield Watched(context.new_page())
    context.close()


def environment(settings: Settings, database: PostgresSettings) -> dict[str, str]:
    return {**settings.exports(), "PQR_POSTGRES_DSN": database.dsn}


def test_the_figures_are_those_of_sql_in_both_languages(
    serve: Serve,
    watched: Watched,
    settings: Settings,
    database: PostgresSettings,
    tmp_path: Path,
) -> None:
    publish_sample(database.admin_dsn)
    url = serve(environment(settings, database))
    with psycopg.connect(database.reader_dsn) as connection:
        row = connection.execute(FIGURES).fetchone()
    assert row is not None
    created, is_open, in_time, overdue, hours = row
    english = [f"{created:,}", f"{is_open:,}", f"{in_time}%", f"{overdue:,}", f"{hours} h"]
    swap = str.maketrans(",.", ".,")

    watched.open(url, '[data-testid="stMetric"]')
    page = watched.page
    assert watched.figures() == [text.translate(swap).replace("%", " %") for text in english]
    page.get_by_text("Datos hasta el 30 de septiembre de 2025").wait_for()
    page.get_by_text("Casos creados por día").wait_for()
    page.wait_for_function(
        "document.querySelectorAll('.vega-embed svg, .vega-embed canvas').length >= 5"
    )
    page.screenshot(path=tmp_path / "es.png", full_page=True)

    page.get_by_text("EN", exact=True).click()
    page.get_by_text("Cases created a day").wait_for()
    assert watched.figures() == english
    assert page.url.endswith("?lang=en")
    page.screenshot(path=tmp_path / "en.png", full_page=True)

    assert watched.outside == []
    assert watched.errors == []


def test_a_link_shows_what_its_sender_saw(
    serve: Serve, watched: Watched, settings: Settings, database: PostgresSettings
) -> None:
    publish_sample(database.admin_dsn)
    url = serve(environment(settings, database))
    watched.open(f"{url}/?lang=en&dias=7&tipo=Q", '[data-testid="stMetric"]')
    with psycopg.connect(database.reader_dsn) as connection:
        row = connection.execute(
            "select sum(tickets_count) from gold.kpi_volume_daily, meta.live_publication"
            " where day > last_day - 7 and pqrs_type = 'Q'"
        ).fetchone()
    assert row is not None
    assert watched.figures()[0] == f"{row[0]:,}"
    # Taking the choice back changes the address with it.
    watched.page.get_by_role("button", name="Petitions").click()
    watched.page.wait_for_url(re.compile("tipo=P%2CQ|tipo=P,Q"))
    watched.page.wait_for_function(
        "was => document.querySelector('[data-testid=stMetricValue]').innerText !== was",
        arg=f"{row[0]:,}",
    )


def test_before_the_first_publication_the_page_says_how_to_get_one(
    serve: Serve, watched: Watched, settings: Settings, database: PostgresSettings
) -> None:
    watched.open(serve(environment(settings, database)), '[data-testid="stCode"]')
    page = watched.page
    page.get_by_text("Todavía no hay nada publicado").wait_for()
    assert "pqr run" in page.locator('[data-testid="stCode"]').inner_text()
    # The first publication arrives while somebody waits for it.
    publish_sample(database.admin_dsn)
    page.get_by_role("button", name="Intentar de nuevo").click()
    page.wait_for_selector('[data-testid="stMetric"]')
    assert watched.errors == []


def test_a_stopped_postgres_is_named_with_the_way_out(
    serve: Serve, watched: Watched, tmp_path: Path
) -> None:
    url = serve({"PQR_HOME": str(tmp_path / "home"), "PQR_POSTGRES_PORT": "24999"})
    watched.open(f"{url}/?lang=en", '[data-testid="stCode"]')
    page = watched.page
    page.get_by_text("The database cannot be reached").wait_for()
    assert "pqr up" in page.locator('[data-testid="stCode"]').inner_text()
    assert page.locator('[data-testid="stException"]').count() == 0
    assert watched.outside == []
    assert watched.errors == []
