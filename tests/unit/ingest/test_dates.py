"""Dates of a register: how they are written, and which cannot be right."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.ingest.account import DeliveryRefused
from tests.unit.ingest.check import check
from tests.unit.ingest.delivering import HEADER, delivered, mapping, names, reasons, row


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
        ("3marzo2025", "%d%B%Y", "2025-03-03 00:00"),
        ("03032025", "%d%m%Y", "2025-03-03 00:00"),
        ("20250303T091200-0500", "%Y%m%dT%H%M%S%z", "2025-03-03 09:12"),
        ("2025-03-03 09:12:00-05", "%Y-%m-%d %H:%M:%S%z", "2025-03-03 09:12"),
        ("2025-03-03 09:12:00.1234567-05", "%Y-%m-%d %H:%M:%S.%f%z", "2025-03-03 09:12"),
        ("2025-03-03 09:12:00.0000000", "%Y-%m-%d %H:%M:%S.%f", "2025-03-03 09:12"),
        ("03/03/2025 12:00 m.", "%d/%m/%Y %I:%M %p", "2025-03-03 12:00"),
        ("03/03/2025 03:25 p.m.", "%d/%m/%Y %I:%M %p", "2025-03-03 15:25"),
        ("03/03/2025 03:25PM", "%d/%m/%Y %I:%M %p", "2025-03-03 15:25"),
        ("03/03/2025 12:05\u00a0a.\u202fm.", "%d/%m/%Y %I:%M %p", "2025-03-03 00:05"),
    ],
)
def test_dates_as_registers_write_them(tmp_path: Path, text: str, form: str, instant: str) -> None:
    assert _created(tmp_path, text, form) == instant


@pytest.mark.parametrize(
    ("text", "form"), [("3032025", "%d%m%Y"), ("2025113", "%Y%m%d"), ("30325", "%d%m%y")]
)
def test_a_date_that_lost_a_zero_is_not_read_as_another_day(
    tmp_path: Path, text: str, form: str
) -> None:
    times = {"created_at": {"column": "Fecha de radicación", "formats": (form,)}}
    found = delivered(tmp_path, [row("A", created=text)], mapping(times=times))
    assert [(item.reason, item.value) for item in found.findings] == [("TIME_FORMAT", text)]


@pytest.mark.parametrize("option", ["--start", "--end"])
def test_a_day_that_has_not_begun_is_not_covered(tmp_path: Path, option: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, row("A")]), encoding="utf-8")
    assert check(path, option, "2026-11-26", "--quarantine-limit", "100")[2].find("future") < 0
    code, _, refused = check(path, option, "2026-11-27")
    assert code == 2
    assert refused.startswith(f"{option} 2026-11-27 is in the future: today is 2026-11-26")
    code, _, refused = check(path, option, "2023-12-31")
    assert (code, f"{option} 2023-12-31 is before 2024-01-01" in refused) == (2, True)


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
    rows = [*(row(f"A-{n}") for n in range(9)), row("B", created="03/03/2024", closed="")]
    with pytest.raises(DeliveryRefused, match=r"DATE_FAR_FROM_OTHERS  register\.csv:11"):
        delivered(tmp_path, rows).require_acceptable(100)
    found = delivered(tmp_path, rows, first=date(2025, 1, 1), last=date(2025, 12, 31))
    assert reasons(found) == [("DAY_OUT_OF_RANGE", 11)]
    found.require_acceptable(1)


MARCH = (date(2025, 3, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("cells", "is_kept"),
    [
        ({"created": "28/02/2025 23:59"}, False),
        ({"created": "01/03/2025 00:00"}, True),
        ({"created": "31/03/2025 23:59", "closed": "20/05/2025 10:00"}, True),
        ({"created": "31/03/2025", "closed": ""}, True),
        ({"created": "01/04/2025 00:00", "closed": "02/04/2025 10:00"}, False),
    ],
)
def test_the_day_of_creation_alone_decides_what_start_and_end_keep(
    tmp_path: Path, cells: dict[str, str], is_kept: bool
) -> None:
    found = delivered(tmp_path, [row("A"), row("B", **cells)], first=MARCH[0], last=MARCH[1])
    assert names(found) == (["A", "B"] if is_kept else ["A"])
    assert reasons(found) == ([] if is_kept else [("DAY_OUT_OF_RANGE", 3)])
    for item in found.findings:
        assert (item.column, item.value) == ("Fecha de radicación", cells["created"])
        assert item.accepted.startswith("days from 2025-03-01 to 2025-03-31")


@pytest.mark.parametrize("side", ["--start", "--end"])
def test_one_day_of_a_range_is_enough(tmp_path: Path, side: str) -> None:
    path = tmp_path / "register.csv"
    rows = [row("A"), row("B", created="04/03/2025 10:00")]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    day = "2025-03-04" if side == "--start" else "2025-03-03"
    code, printed, _ = check(path, side, day, "--quarantine-limit", "100")
    assert code == 0
    assert "1 case made + 0 merged + 1 in quarantine (DAY_OUT_OF_RANGE 1)" in printed
    assert ("on after it" in printed) is (side == "--end")


def test_cases_that_end_after_the_range_are_said(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = [row("A"), row("B", closed="20/05/2025 10:00"), row("C", closed="02/04/2025")]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    code, printed, _ = check(path, "--start", "2025-03-01", "--end", "2025-03-31")
    assert code == 0
    said = "2 cases of the days up to --end 2025-03-31 go on after it: the run has these days too"
    assert f"{said}, to 2025-05-20" in printed


@pytest.mark.parametrize("text", ["20/01/2035", "20/01/2035 08:05"])
@pytest.mark.parametrize("field", ["created", "closed"])
def test_a_slip_shows_the_cell_and_the_way_out_of_it(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "register.csv"
    rows = [row("A"), row("B", **{"closed": "", field: text})]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    code, printed, refused = check(path)
    column = "Fecha de radicación" if field == "created" else "Fecha de respuesta"
    assert code == 1
    assert f"DATE_IN_FUTURE  register.csv:3  {column}: '{text}'; accepted: days to " in printed
    assert "1 row has a date that is probably a slip: correct it in the file" in refused
    # --start and --end set aside by the creation: they are no way out of a closing.
    assert ("--start and --end" in refused) is (field == "created")
