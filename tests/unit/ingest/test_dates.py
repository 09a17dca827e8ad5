"""Dates of a register: how they are written, and which cannot be right."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.ingest.account import DeliveryRefused
from tests.unit.ingest.delivering import delivered, mapping, reasons, row


@pytest.mark.parametrize("text", ["3/3/25", "03/03/2025"])
def test_a_year_of_two_digits_is_read_only_where_the_mapping_says_so(
    tmp_path: Path, text: str
) -> None:
    assert _created(tmp_path, text, "%d/%m/%y", "%d/%m/%Y") == "2025-03-03 00:00"


@pytest.mark.parametrize(
    ("text", "form", "instant"),
    [
        ("45719", "excel", "2025-03-03 00:00"),
        ("45719,3833333", "excel", "2025-03-03 09:12"),
        ("45719.5", "excel", "2025-03-03 12:00"),
        ("3 de marzo de 2025", "%d de %B de %Y", "2025-03-03 00:00"),
        ("03-MAR-2025", "%d-%b-%Y", "2025-03-03 00:00"),
        ("3 sept 2025", "%d %b %Y", "2025-09-03 00:00"),
        ("03/03/2025 12:00 m.", "%d/%m/%Y %I:%M %p", "2025-03-03 12:00"),
        ("03/03/2025 03:25 p.m.", "%d/%m/%Y %I:%M %p", "2025-03-03 15:25"),
        ("03/03/2025 03:25PM", "%d/%m/%Y %I:%M %p", "2025-03-03 15:25"),
        ("03/03/2025 12:05\u00a0a.\u202fm.", "%d/%m/%Y %I:%M %p", "2025-03-03 00:05"),
    ],
)
def test_dates_as_registers_write_them(tmp_path: Path, text: str, form: str, instant: str) -> None:
    assert _created(tmp_path, text, form) == instant


def _created(folder: Path, text: str, *formats: str) -> str:
    times = {"created_at": {"column": "Fecha de radicación", "formats": formats}}
    found = delivered(folder, [row("A", created=text)], mapping(times=times))
    assert not found.findings
    return found.cases[0].dates.created.at.strftime("%Y-%m-%d %H:%M")


def test_a_date_in_the_future_stops_the_delivery(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A"), row("B", created="03/03/2035", closed="")])
    with pytest.raises(DeliveryRefused, match=r"DATE_IN_FUTURE  register\.csv:3"):
        found.require_acceptable(100)


def test_a_slip_of_a_year_stops_the_delivery_unless_days_are_given(tmp_path: Path) -> None:
    rows = [*(row(f"A-{n}") for n in range(9)), row("B", created="03/03/2015", closed="")]
    with pytest.raises(DeliveryRefused, match=r"DATE_FAR_FROM_OTHERS  register\.csv:11"):
        delivered(tmp_path, rows).require_acceptable(100)
    found = delivered(tmp_path, rows, first=date(2025, 1, 1), last=date(2025, 12, 31))
    assert reasons(found) == [("DAY_OUT_OF_RANGE", 11)]
    found.require_acceptable(1)
