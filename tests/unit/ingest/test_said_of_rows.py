"""What is said of a row: its own cell, the day that there is not, the row that it went into."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.ingest.report import report
from tests.unit.ingest.check import check
from tests.unit.ingest.delivering import HEADER, delivered, mapping, row


def test_the_cell_is_shown_and_not_what_a_mapping_made_of_it(tmp_path: Path) -> None:
    """A proposed mapping whose marks were left in it."""
    rules = mapping().model_dump()
    rules["fields"]["pqrs_type"]["values"]["Elogio"] = "VALUE?"
    rules["fields"]["geo_code"]["values"] = {"La Capital": "CODE?"}
    found = delivered(
        tmp_path, [row("A", type="Elogio"), row("B", place="La Capital"), row("C")],
        mapping(**rules),
    ).findings  # fmt: skip
    assert [(item.reason, item.value) for item in found] == [
        ("UNKNOWN_PQRS_TYPE", "Elogio"),
        ("UNKNOWN_GEO", "La Capital"),
    ]
    assert "the mapping makes 'VALUE?' of this cell" in found[0].accepted
    assert "Elogio" not in found[0].accepted
    assert "the mapping makes 'CODE?' of this cell" in found[1].accepted


@pytest.mark.parametrize("text", ["31/02/2025", "30/02/2025 10:00", "29/02/2025", "31/04/2025"])
def test_a_day_that_the_calendar_has_not_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    (found,) = delivered(tmp_path, [row("A", created=text), row("B")]).findings
    assert (found.reason, found.value) == ("TIME_FORMAT", text)
    assert "that month has no such day" in found.accepted


@pytest.mark.parametrize("text", ["31-02-2025", "45/02/2025", "31/13/2025", "2025/02/31"])
def test_another_notation_is_not_called_a_day(tmp_path: Path, text: str) -> None:
    (found,) = delivered(tmp_path, [row("A", created=text), row("B")]).findings
    assert found.reason == "TIME_FORMAT"
    assert "no such day" not in found.accepted


def test_a_merged_row_is_listed_with_the_row_that_counts(tmp_path: Path) -> None:
    rows = [row("A", closed=""), row("B"), row("A", text="Otra vez"), row("A")]
    prepared = delivered(tmp_path, rows)
    said = "\n".join(report(prepared))
    assert "merged: register.csv:2 into line 5  'A'" in said
    assert "merged: register.csv:4 into line 5  'A'" in said
    kept = prepared.facts()["merges"]
    assert [(item["line"], item["into_line"]) for item in kept] == [(2, 5), (4, 5)]
    code, printed, _ = check(tmp_path / "register.csv")
    assert code == 0
    assert "register.csv:2 into line 5" in printed


def test_other_days_of_the_same_file_are_another_delivery(tmp_path: Path) -> None:
    rows = [row("A"), row("B", created="05/04/2025 10:00", closed="")]
    whole = delivered(tmp_path, rows)
    part = delivered(tmp_path, rows, first=date(2025, 4, 1), last=date(2025, 4, 30))
    again = delivered(tmp_path, rows, first=date(2025, 4, 1), last=date(2025, 4, 30))
    assert len({whole.sha256(), part.sha256()}) == 2
    assert part.sha256() == again.sha256()


@pytest.mark.parametrize("skipped", [";;;;;;", HEADER, "Total;2;;;;;"])
def test_rows_that_are_skipped_do_not_dilute_the_limit(tmp_path: Path, skipped: str) -> None:
    """Two rows of four: 998 rows without a case beside them make them no fewer."""
    path = tmp_path / "register.csv"
    wrong = [row("A", created="ayer"), row("B", created="hoy")]
    rows = [*wrong, row("C"), row("D"), *[skipped] * 998]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    code, _, refused = check(path)
    assert code == 1
    assert "QUARANTINE_LIMIT: 2 of 4 rows, beside 998 skipped, (50.0 %) cannot become a" in refused
    assert "the limit is 1 %, rounded up to 1" in refused
    assert check(path, "--quarantine-limit", "50")[0] == 0
