"""The report on paper and on a screen: no table is wider than its page, and nothing is cut."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.integration.report.conftest import Worlds

ENTITY = "Unidad Administrativa Especial de Servicios Públicos Domiciliarios y Convivencia " * 2
PLACE = "San Sebastián de Mariquita-Buenavista-del-Archipiélago-Providenciasantacatalina"
# What is drawn wider than the box that should hold it, as the page itself measures it.
TOO_WIDE = """
() => [...document.querySelectorAll('.scroll, .scroll table, .scroll th, .scroll td')]
    .filter(box => box.scrollWidth > box.clientWidth + 1
        || box.getBoundingClientRect().right
            > document.querySelector('main').getBoundingClientRect().right + 1)
    .map(box => `${box.closest('section').id} ${box.tagName} ${box.scrollWidth}`)
"""
A4_CONTENT = 687  # 210 mm without margins of 14 mm, in CSS pixels


@pytest.fixture(scope="module")
def pages(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The page in both languages: long names of places, and counts of a large entity."""
    world = worlds(last_day="2025-10-31", per_day=20)
    with psycopg.connect(world.settings.postgres.admin_dsn) as connection:
        for table in ("dim_geo", "tickets"):
            connection.execute(f"update silver.{table} set municipio = %s".encode(), [PLACE])
    folder = tmp_path_factory.mktemp("printed")
    for language in ("es", "en"):
        done = world.pqr(
            "report", "--period", "2025-10", "--lang", language, "--entity", ENTITY,
            "--output", str(folder), "--no-pdf",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    made = sorted(folder.glob("*.html"))
    for path in made:
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r'(<td class="count">)\d+<', r"\g<1>123.456<", text), encoding="utf-8"
        )
    return made


@pytest.fixture(scope="module")
def documents(pages: list[Path]) -> list[list[Any]]:
    """The sheets of each page as WeasyPrint lays them out, which takes long."""
    weasyprint = pytest.importorskip("weasyprint")
    return [weasyprint.HTML(filename=path).render().pages for path in pages]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium: apt install chromium")
@pytest.mark.parametrize(("media", "width"), [("print", A4_CONTENT), ("screen", 1366)])
def test_no_table_is_wider_than_its_page_in_a_browser(
    pages: list[Path], media: Any, width: int
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 1000})
        page.emulate_media(media=media)
        for path in pages:
            page.goto(path.as_uri())
            assert page.locator(".scroll table").count() > 25
            assert page.evaluate(TOO_WIDE) == []
        browser.close()


def test_nothing_in_the_pdf_is_drawn_beyond_its_page(documents: list[list[Any]]) -> None:
    for sheets in documents:
        assert len(sheets) > 10
        found = [
            (number, getattr(box, "text", box.element_tag))
            for number, sheet in enumerate(sheets, start=1)
            for box in drawn(sheet)
            if box.position_x + box.width > edge(sheet) + 1
        ]
        assert found == []


def test_the_index_is_on_one_page_of_the_pdf_and_no_line_covers_another(
    documents: list[list[Any]],
) -> None:
    for sheets in documents:
        holding = [sheet for sheet in sheets if any(index_lines(sheet))]
        assert len(holding) == 1
        lines = sorted(index_lines(holding[0]))
        assert len(lines) >= 27
        for at, (left, top, right, bottom) in enumerate(lines):
            for other_left, other_top, other_right, other_bottom in lines[at + 1 :]:
                is_beside = right <= other_left + 1 or other_right <= left + 1
                assert is_beside or bottom <= other_top + 1 or other_bottom <= top + 1


def drawn(sheet: Any) -> Iterator[Any]:
    """The tables and the pieces of text of a page."""
    for box in sheet._page_box.descendants():
        if type(box).__name__ in ("TextBox", "TableBox"):
            yield box


def edge(sheet: Any) -> float:
    """Where the margin of a page begins."""
    box = sheet._page_box
    return float(box.content_box_x() + box.width)


def index_lines(sheet: Any) -> Iterator[tuple[float, float, float, float]]:
    """Where the pieces of text of the index are."""
    for box in sheet._page_box.descendants():
        if box.element_tag == "nav":
            for piece in box.descendants():
                if type(piece).__name__ == "TextBox" and piece.element_tag != "h2":
                    x, y = piece.position_x, piece.position_y
                    yield x, y, x + piece.width, y + piece.height
