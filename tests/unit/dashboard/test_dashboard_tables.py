"""Tables that people read, and the CSV that a spreadsheet opens."""

from datetime import UTC, date, datetime

from orchestration.dashboard.csv_file import csv_of
from orchestration.dashboard.tables import Column, cell, html_table

ROWS = [{"pqrs_type": "P", "tickets_count": 1234, "municipio": "<b>Ocaña</b>", "pct": None}]
COLUMNS = (
    Column("pqrs_type", "name"),
    Column("tickets_count"),
    Column("municipio", "text", link=lambda row: 'casos?a="b"&c=<d>'),
    Column("pct", "pct", "within_sla_pct"),
)


def test_a_table_has_a_caption_and_headings_for_a_screen_reader() -> None:
    table = html_table(ROWS, COLUMNS, "Casos", "es")
    assert "<caption>Casos</caption>" in table
    assert table.count('<th scope="col"') == 4
    assert 'role="region" aria-label="Casos"' in table
    assert 'tabindex="0"' in table


def test_cells_are_written_in_the_language_and_nothing_is_taken_for_markup() -> None:
    table = html_table(ROWS, COLUMNS, "x", "es")
    assert "Peticiones" in table
    assert "1.234" in table
    assert "–" in table
    assert "&lt;b&gt;Ocaña&lt;/b&gt;" in table
    assert 'href="casos?a=&quot;b&quot;&amp;c=&lt;d&gt;"' in table
    assert "1,234" in html_table(ROWS, COLUMNS, "x", "en")


def test_instants_are_in_colombian_time() -> None:
    late = datetime(2025, 9, 2, 3, 30, tzinfo=UTC)
    assert cell(late, "moment", "es") == "1 sep 2025, 22:30"
    assert cell(date(2025, 9, 1), "day", "en") == "1 Sep 2025"
    assert cell(1.5, "ratio", "es") == "1,50 ×"
    assert cell(True, "yes", "en") == "Yes"


def test_a_spreadsheet_finds_no_formula_in_a_csv() -> None:
    rows = [
        {"a": "=HYPERLINK(1)", "b": -3, "c": date(2025, 9, 1)},
        {"a": "@x", "b": None, "c": "+1"},
        {"a": "Ocaña, N.", "b": 2.5, "c": "\tx"},
    ]
    written = csv_of(rows, (("a", "A"), ("b", "=B"), ("c", "C")))
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").split("\r\n") == [
        "A,'=B,C",
        "'=HYPERLINK(1),-3,2025-09-01",
        "'@x,,'+1",
        '"Ocaña, N.",2.5,\'\tx',
        "",
    ]
