"""Bad input: a clear page that says what to do, and never figures of two publications."""

from pathlib import Path

import pytest
from sample import publish_sample

from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings
from tests.browser.conftest import Serve, Watched

pytestmark = pytest.mark.slow


def environment(settings: Settings, database: PostgresSettings) -> dict[str, str]:
    return {**settings.exports(), "PQR_POSTGRES_DSN": database.dsn}


def test_before_the_first_publication_the_page_says_how_to_get_one(
    serve: Serve, watched: Watched, settings: Settings, database: PostgresSettings
) -> None:
    watched.open(serve(environment(settings, database)), '[data-testid="stCode"]')
    page = watched.page
    page.get_by_text("Todavía no hay nada publicado").wait_for()
    assert "pqr run" in page.locator('[data-testid="stCode"]').inner_text()
    watched.is_fine()


def test_a_stopped_postgres_is_named_with_the_way_out(
    serve: Serve, watched: Watched, tmp_path: Path
) -> None:
    url = serve({"PQR_HOME": str(tmp_path / "home"), "PQR_POSTGRES_PORT": "24999"})
    watched.open(f"{url}/flujo?lang=en", '[data-testid="stCode"]')
    page = watched.page
    page.get_by_text("The database cannot be reached").wait_for()
    assert "pqr up" in page.locator('[data-testid="stCode"]').inner_text()
    watched.is_fine()


def test_a_database_without_views_is_told_apart_from_a_stopped_one(
    serve: Serve, watched: Watched, settings: Settings, database: PostgresSettings
) -> None:
    # The sample has a publication and the KPIs of one page, not what the frame of a page reads.
    publish_sample(database.admin_dsn)
    watched.open(serve(environment(settings, database)), '[data-testid="stCode"]')
    watched.page.get_by_text("La base de datos no se puede leer").wait_for()
    watched.is_fine()
