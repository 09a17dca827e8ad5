"""A file in which a spreadsheet took the day for the month is refused by `pqr ingest`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.unit.ingest.check import check
from tests.unit.ingest.delivering import HEADER, row

FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "excel"]
DAYS = [date(2025, 3, 1) + timedelta(n) for n in range(60)]
CREATED, CLOSED = "Fecha de radicación", "Fecha de respuesta"
Writes = Callable[[date], str]


def exchanged(day: date) -> date:
    return date(day.year, day.day, day.month)


def of_excel(day: date) -> str:
    return f"{exchanged(day)}" if day.day <= 12 else f"{day:%d/%m/%Y}"


def judged(folder: Path, writes: Writes, column: str, *more: str) -> tuple[int, str, str]:
    """A CSV with these dates in one column, judged: exit code, output and refusal."""
    cells = "created" if column == CREATED else "closed"
    other = {"closed": ""} if column == CREATED else {"created": "01/01/2025"}
    rows = [row(f"A-{n}", **{**other, cells: writes(day)}) for n, day in enumerate(DAYS)]
    path = folder / "register.csv"
    path.write_text("\n".join([HEADER, *rows, *more]), encoding="utf-8")
    times = {
        "created_at": {"column": CREATED, "formats": FORMATS},
        "closed_at": {"column": CLOSED, "formats": FORMATS},
    }
    return check(path, "--quarantine-limit", "100", times=times)


@pytest.mark.parametrize("column", [CREATED, CLOSED])
@pytest.mark.parametrize(
    "writes",
    [
        of_excel,
        lambda day: f"{exchanged(day)} 00:00:00" if day.day <= 12 else f"{day:%d/%m/%Y} 09:12",
        lambda day: (
            str((exchanged(day) - date(1899, 12, 30)).days) if day.day <= 12 else f"{day:%d/%m/%Y}"
        ),
    ],
    ids=["dates", "dates with midnight", "serial numbers"],
)
def test_dates_with_day_and_month_exchanged_refuse_the_file(
    tmp_path: Path, column: str, writes: Writes
) -> None:
    code, _, refused = judged(tmp_path, writes, column)
    assert code == 2
    assert refused.startswith(f"register.csv: DAY_AND_MONTH_EXCHANGED: {column} has dates of two")
    assert "13/03/2025" in refused
    assert "import this column as text" in refused


@pytest.mark.parametrize(
    "writes",
    [
        lambda day: f"{day:%d/%m/%Y}",
        lambda day: f"{day}",
        # Two systems that write one register.
        lambda day: f"{day}" if day.day % 2 else f"{day:%d/%m/%Y}",
        # A register that writes in another way since the 13th of its first month.
        lambda day: f"{day}" if day < date(2025, 3, 13) else f"{day:%d/%m/%Y}",
        # Every day after the 12th is a text, and some before it, too.
        lambda day: f"{day}" if day.day <= 12 and day.day != 3 else f"{day:%d/%m/%Y}",
    ],
    ids=["one kind", "ISO", "two systems", "a change of system", "no clear line"],
)
def test_other_mixtures_of_kinds_are_read(tmp_path: Path, writes: Writes) -> None:
    code, printed, refused = judged(tmp_path, writes, CREATED)
    assert (code, refused) == (0, "")
    assert "60 rows = 60 cases made" in printed


def test_a_row_of_totals_does_not_hide_it(tmp_path: Path) -> None:
    assert "DAY_AND_MONTH" in judged(tmp_path, of_excel, CREATED, "Total;60;;;;;")[2]


def test_a_workbook_with_exchanged_dates_and_times_of_their_own_column_is_refused(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*HEADER.split(";"), "Hora"])
    for n, day in enumerate(DAYS):
        cells: list[object] = [*row(f"A-{n}", closed="").split(";"), "09:12"]
        is_taken = day.day <= 12
        cells[1] = datetime(day.year, day.day, day.month) if is_taken else f"{day:%d/%m/%Y}"
        sheet.append(cells)
    book.save(tmp_path / "register.xlsx")
    rule = {"column": CREATED, "time_column": "Hora", "formats": ["%d/%m/%Y %H:%M"]}
    code, _, refused = check(tmp_path / "register.xlsx", times={"created_at": rule})
    assert (code, "DAY_AND_MONTH_EXCHANGED" in refused) == (2, True)
