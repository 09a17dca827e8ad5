"""Text of others is inert, and every word is there in both languages."""

from decimal import Decimal

import pytest

from orchestration.report.charts import bars, lines
from orchestration.report.inert import csv_text, inert
from orchestration.report.sections import SECTIONS
from orchestration.report.words import TEXTS, change_pct, share, written


def test_control_characters_and_marks_of_direction_are_written_as_numbers() -> None:
    assert inert("a\u202eb\x00c\nd\u2066") == "a\\u202eb\\x00c\\nd\\u2066"
    assert inert("Bogotá, D.C. – ñandú") == "Bogotá, D.C. – ñandú"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_csv_cell_is_never_a_formula(text: str) -> None:
    assert csv_text(text) == "'" + text


def test_a_tab_cannot_hide_a_formula() -> None:
    assert csv_text("\t=1+1") == "\\t=1+1"


def test_every_text_says_something_in_both_languages() -> None:
    assert all(spanish and english for spanish, english in TEXTS.values())
    for section in SECTIONS.values():
        assert all((*section.name, *section.title, *section.note))


def test_numbers_are_written_as_their_readers_do() -> None:
    assert written(Decimal("1234.5"), "pct", "es") == "1.234,50"
    assert written(Decimal("1234.5"), "pct", "en") == "1,234.50"
    assert written(Decimal("-3.1"), "points", "es") == "-3,10"
    assert written(Decimal("3.1"), "points", "en") == "+3.10"
    assert written(None, "count", "es") == "–"


def test_shares_round_half_up_and_nothing_has_no_share() -> None:
    assert share(1, 8) == Decimal("12.50")
    assert share(1, 2000) == Decimal("0.05")
    assert share(1, 16000) == Decimal("0.01")
    assert share(0, 0) is None
    assert change_pct(5, 0) is None
    assert change_pct(5, 4) == Decimal("25.00")


def test_a_chart_tells_its_title_and_its_figures_and_escapes_its_labels() -> None:
    chart = bars("A & B", [("<script>", 3), ("nothing", None)], "en", name="n", measure="Cases")
    assert '<title id="n-title">A &amp; B</title>' in chart
    assert "Cases. &lt;script&gt;: 3; nothing: –" in chart
    assert "<script" not in chart
    line = lines("L", ["a", "b"], [("x", [1, 7]), ("y", [0, 2])], "es", name="l")
    assert "a – b. x: 1 – 7; y: 0 – 2" in line
